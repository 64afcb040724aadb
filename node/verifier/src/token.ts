// Time-stamp tokens (RFC 3161 in CMS, RFC 5652): what a token says and whether its signer signed it. Whether the signer may
// be trusted is the chain's business.
import { sha1 } from "@noble/hashes/legacy";
import { equal } from "./bytes.ts";
import { readCertificate, type Certificate } from "./certificate.ts";
import { readCrl, type Crl } from "./crl.ts";
import { children, inside, INTEGER, objectId, OCTET_STRING, parse, SEQUENCE, SET, time, type Element } from "./der.ts";
import { hashNamed, verifySigned, type Finding } from "./signature.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
const SHA256 = "2.16.840.1.101.3.4.2.1";
const MOST_CERTIFICATES = 64;
const MOST_BYTES = 256 * 1024;

/** A token, taken apart; nothing in it is checked yet. */
export interface Token {
  readonly imprintAlgorithm: string;
  readonly imprint: Uint8Array;
  /** Milliseconds since 1970. */
  readonly genTime: number;
  readonly info: Uint8Array;
  readonly signer: Signer;
  readonly certificates: readonly Certificate[];
  readonly crls: readonly Crl[];
}

interface Signer {
  readonly issuer: Uint8Array | undefined;
  readonly serial: Uint8Array | undefined;
  readonly keyId: Uint8Array | undefined;
  readonly digest: string;
  readonly attributes: Element;
  readonly algorithm: Element;
  readonly signature: Uint8Array;
}

/** The token in a TimeStampResp, or that is the file itself. */
export function readToken(bytes: Uint8Array): Token | undefined {
  if (bytes.length > MOST_BYTES) return undefined;
  const fields = inside(parse(bytes), SEQUENCE);
  if (fields === undefined) return undefined;
  const content = objectId(fields[0]) === SIGNED_DATA ? fields : grantedToken(fields);
  if (content === undefined || objectId(content[0]) !== SIGNED_DATA) return undefined;
  const [, holder] = content;
  const [data] = holder?.tag === 0xa0 ? (children(holder) ?? []) : [];
  return readSignedData(inside(data, SEQUENCE));
}

function grantedToken([status, token]: Element[]): Element[] | undefined {
  const [code] = inside(status, SEQUENCE) ?? [];
  const granted = code?.tag === INTEGER && code.content.length === 1 && (code.content[0] ?? 9) <= 1;
  return granted ? inside(token, SEQUENCE) : undefined;
}

function readSignedData(fields: Element[] | undefined): Token | undefined {
  const [, , encapsulated] = fields ?? [];
  const [type, holder] = inside(encapsulated, SEQUENCE) ?? [];
  const [octets] = holder?.tag === 0xa0 ? (children(holder) ?? []) : [];
  const signers = inside(fields?.at(-1), SET);
  if (objectId(type) !== TST_INFO || octets?.tag !== OCTET_STRING || signers?.length !== 1) return undefined;
  const signer = readSigner(inside(signers[0], SEQUENCE));
  const info = readInfo(octets.content);
  const certificates = readCertificates(fields?.find((field) => field.tag === 0xa0));
  if (signer === undefined || info === undefined) return undefined;
  const lists = children(fields?.find((field) => field.tag === 0xa1)) ?? [];
  const crls = lists.map((list) => readCrl(list.raw)).filter((crl) => crl !== undefined);
  return { ...info, info: octets.content, signer, certificates, crls };
}

function readInfo(bytes: Uint8Array): Pick<Token, "imprintAlgorithm" | "imprint" | "genTime"> | undefined {
  const fields = inside(parse(bytes), SEQUENCE) ?? [];
  const first = fields[0]?.tag === INTEGER && fields[0].content.length === 1 && fields[0].content[0] === 1;
  const [algorithm, hashed] = inside(fields[2], SEQUENCE) ?? [];
  const imprintAlgorithm = objectId(inside(algorithm, SEQUENCE)?.[0]);
  const genTime = time(fields[4]);
  if (!first || imprintAlgorithm === undefined || hashed?.tag !== OCTET_STRING || genTime === undefined) return undefined;
  return { imprintAlgorithm, imprint: hashed.content, genTime };
}

/** The certificates that can be read; one that cannot is as good as absent. */
function readCertificates(set: Element | undefined): Certificate[] {
  const items = set === undefined ? [] : (children(set) ?? []);
  return items.slice(0, MOST_CERTIFICATES).map(({ raw }) => readCertificate(raw)).filter((certificate) => certificate !== undefined);
}

function readSigner(fields: Element[] | undefined): Signer | undefined {
  const [version, id, digestAlgorithm, attributes, algorithm, signature] = fields ?? [];
  const digest = objectId(inside(digestAlgorithm, SEQUENCE)?.[0]);
  if (version?.tag !== INTEGER || id === undefined || digest === undefined || algorithm === undefined) return undefined;
  if (objectId(inside(algorithm, SEQUENCE)?.[0]) === undefined) return undefined;
  if (attributes?.tag !== 0xa0 || signature?.tag !== OCTET_STRING) return undefined;
  const [issuer, serial] = inside(id, SEQUENCE) ?? [];
  const keyId = id.tag === 0x80 ? id.content : undefined;
  if (keyId === undefined && (issuer?.tag !== SEQUENCE || serial?.tag !== INTEGER)) return undefined;
  return { issuer: issuer?.raw, serial: serial?.content, keyId, digest, attributes, algorithm, signature: signature.content };
}

/** The one value of a signed attribute; undefined when it is absent, double or has several values. */
function attribute(signer: Signer, id: string): Element | undefined {
  const found = (children(signer.attributes) ?? []).map((item) => inside(item, SEQUENCE) ?? []).filter(([name]) => objectId(name) === id);
  const values = found.length === 1 ? inside(found[0]?.[1], SET) : undefined;
  return values?.length === 1 ? values[0] : undefined;
}

/** The certificate that the token's signer names, from the token or from what was kept beside it. */
export function signingCertificate(token: Token, beside: readonly Certificate[]): Certificate | undefined {
  const { issuer, serial, keyId } = token.signer;
  return [...token.certificates, ...beside].find((certificate) => {
    if (keyId !== undefined) return equal(subjectKeyId(certificate), keyId);
    return issuer !== undefined && serial !== undefined && equal(certificate.issuer, issuer) && equal(certificate.serial, serial);
  });
}

function subjectKeyId(certificate: Certificate): Uint8Array {
  const extension = certificate.extensions.get("2.5.29.14");
  const value = extension && parse(extension.value);
  return value?.tag === OCTET_STRING ? value.content : new Uint8Array(0);
}

/** Whether the certificate's key signed this token, and the token says so in a way that cannot be moved to another. */
export function verifyToken(token: Token, certificate: Certificate): Finding {
  const { signer } = token;
  const hash = hashNamed(signer.digest);
  if (hash === undefined) return "unknown";
  if (objectId(attribute(signer, CONTENT_TYPE)) !== TST_INFO) return "invalid";
  const digest = attribute(signer, MESSAGE_DIGEST);
  if (digest?.tag !== OCTET_STRING || !equal(digest.content, hash(token.info))) return "invalid";
  if (!namesCertificate(signer, certificate)) return "invalid";
  // What is signed is the SET OF attributes, whose tag the message replaces (RFC 5652, 5.4).
  const message = Uint8Array.from(signer.attributes.raw);
  message[0] = SET;
  return verifySigned({ key: certificate.key, algorithm: signer.algorithm, digest: signer.digest, message, signature: signer.signature });
}

/** Whether the attribute that binds the signature to one certificate names this one first (RFC 5816; RFC 2634 with SHA-1). */
function namesCertificate(signer: Signer, certificate: Certificate): boolean {
  const newer = firstNamed(attribute(signer, SIGNING_CERTIFICATE_V2));
  if (newer !== undefined) {
    const explicit = newer[0]?.tag === SEQUENCE;
    const hash = hashNamed(explicit ? objectId(inside(newer[0], SEQUENCE)?.[0]) : SHA256);
    return hash !== undefined && isDigest(newer[explicit ? 1 : 0], hash(certificate.raw));
  }
  // The older attribute knows SHA-1 only; that it binds weakly is no matter where the signature itself is over SHA-2.
  return isDigest(firstNamed(attribute(signer, SIGNING_CERTIFICATE))?.[0], sha1(certificate.raw));
}

function firstNamed(value: Element | undefined): Element[] | undefined {
  return inside(inside(inside(value, SEQUENCE)?.[0], SEQUENCE)?.[0], SEQUENCE);
}

function isDigest(element: Element | undefined, digest: Uint8Array): boolean {
  return element?.tag === OCTET_STRING && equal(element.content, digest);
}
