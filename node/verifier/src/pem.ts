// PEM texts (RFC 7468): the certificates and revocation lists in them. Text between the blocks is left alone.
import { readCertificate, type Certificate } from "./certificate.ts";
import { readCrl, type Crl } from "./crl.ts";

/** What a text holds. */
export interface Pem {
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
}

const MOST_BLOCKS = 64;
const BLOCK = /-----BEGIN (CERTIFICATE|X509 CRL)-----([\s\S]*?)-----END \1-----/g;

/** Reads all blocks. One that cannot be read is left out: what is missing then shows where it is needed. */
export function readPem(text: string): Pem {
  const certificates: Certificate[] = [];
  const crls: Crl[] = [];
  for (const [, kind, body = ""] of text.matchAll(BLOCK)) {
    const der = fromBase64(body.replace(/\s/g, ""));
    const certificate = kind === "CERTIFICATE" && der !== undefined ? readCertificate(der) : undefined;
    const crl = kind === "X509 CRL" && der !== undefined ? readCrl(der) : undefined;
    if (certificate !== undefined) certificates.push(certificate);
    if (crl !== undefined) crls.push(crl);
    if (certificates.length + crls.length >= MOST_BLOCKS) break;
  }
  return { certificates, crls };
}

function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
