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

/** Reads all blocks; undefined where one cannot be read. */
export function readPem(text: string): Pem | undefined {
  const certificates: Certificate[] = [];
  const crls: Crl[] = [];
  for (const [, kind, body = ""] of text.matchAll(BLOCK)) {
    const der = fromBase64(body.replace(/\s/g, ""));
    const certificate = kind === "CERTIFICATE" && der !== undefined ? readCertificate(der) : undefined;
    const crl = kind === "X509 CRL" && der !== undefined ? readCrl(der) : undefined;
    if (certificate !== undefined) certificates.push(certificate);
    else if (crl !== undefined) crls.push(crl);
    else return undefined;
    if (certificates.length + crls.length > MOST_BLOCKS) return undefined;
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
