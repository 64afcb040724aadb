// Stands for Node's module `crypto`, which sm-crypto-v2 asks for where there is no `globalThis.crypto`. Every browser has
// that, so this is never used; it keeps the build from making an empty file of its own.

export const webcrypto = undefined;
