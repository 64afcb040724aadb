// Time-stamp tokens (RFC 3161 in CMS, RFC 5652): what the token says, who signed it, and whether a chain led to a trusted
// root on that day. It judges by the day in the token, never by today's, and fetches nothing.
import { equal } from "./bytes.ts";
import { commonName, isForTimeStamping, mayIssue, pathLimit, readCertificate, signedBy, type Certificate } from "./certificate.ts";
import { children, inside, INTEGER, objectId, OCTET_STRING, parse, SEQUENCE, SET, time, type Element } from "./der.ts";
import { hashNamed, verifySigned, type Finding } from "./signature.ts";

const SIGNED_DATA = "1.2.840.113549.1.7.2";
const TST_INFO = "1.2.840.113549.1.9.16.1.4";
const CONTENT_TYPE = "1.2.840.113549.1.9.3";
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
const SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
const SHA256 = "2.16.840.1.101.3.4.2.1";
/** More certificates than this in one chain is refused. */
const LONGEST_CHAIN = 8;
/** So many signatures of certificates are checked at most for one token. */
const MOST_CHAIN_CHECKS = 100;

/** A token, taken apart; nothing in it is checked yet. */
export interface Token {
  readonly imprintAlgorithm: string;
  readonly imprint: Uint8Array;
  /** Milliseconds since 1970. */
  readonly genTime: number;
  readonly info: Uint8Array;
  readonly signer: Signer;
  readonly certificates: readonly Certificate[];
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
  if (signer === undefined || info === undefined || certificates === undefined) return undefined;
  return { ...info, info: octets.content, signer, certificates };
}

function readInfo(bytes: Uint8Array): Pick<Token, "imprintAlgorithm" | "imprint" | "genTime"> | undefined {
  const fields = inside(parse(bytes), SEQUENCE) ?? [];
  const [algorithm, hashed] = inside(fields[2], SEQUENCE) ?? [];
  const imprintAlgorithm = objectId(inside(algorithm, SEQUENCE)?.[0]);
  const genTime = time(fields[4]);
  if (imprintAlgorithm === undefined || hashed?.tag !== OCTET_STRING || genTime === undefined) return undefined;
  return { imprintAlgorithm, imprint: hashed.content, genTime };
}

function readCertificates(set: Element | undefined): Certificate[] | undefined {
  const found: Certificate[] = [];
  for (const item of set === undefined ? [] : (children(set) ?? [])) {
    const certificate = readCertificate(item.raw);
    if (certificate === undefined || found.length >= 64) return undefined;
    found.push(certificate);
  }
  return found;
}

function readSigner(fields: Element[] | undefined): Signer | undefined {
  const [, id, digestAlgorithm, attributes, algorithm, signature] = fields ?? [];
  const digest = objectId(inside(digestAlgorithm, SEQUENCE)?.[0]);
  if (id === undefined || digest === undefined || algorithm === undefined) return undefined;
  if (attributes?.tag !== 0xa0 || signature?.tag !== OCTET_STRING) return undefined;
  const [issuer, serial] = inside(id, SEQUENCE) ?? [];
  const keyId = id.tag === 0x80 ? id.content : undefined;
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

/** The ESSCertIDv2 attribute (RFC 5816), which binds the signature to one certificate. */
function namesCertificate(signer: Signer, certificate: Certificate): boolean {
  const value = attribute(signer, SIGNING_CERTIFICATE_V2);
  const [first] = inside(inside(value, SEQUENCE)?.[0], SEQUENCE) ?? [];
  const fields = inside(first, SEQUENCE) ?? [];
  const named = fields[0]?.tag === SEQUENCE ? objectId(inside(fields[0], SEQUENCE)?.[0]) : SHA256;
  const digest = fields[0]?.tag === SEQUENCE ? fields[1] : fields[0];
  const hash = hashNamed(named);
  return hash !== undefined && digest?.tag === OCTET_STRING && equal(digest.content, hash(certificate.raw));
}

/** What a chain came to. */
export type Chain = { readonly reached: true; readonly root: string } | { readonly reached: false; readonly why: "purpose" | "chain" };

/** Whether the certificates lead from the signer to a trusted root, all valid at the token's time. */
export function chainAtGenTime(token: Token, signer: Certificate, beside: readonly Certificate[], roots: readonly Certificate[]): Chain {
  if (!isForTimeStamping(signer)) return { reached: false, why: "purpose" };
  const pool = [...token.certificates, ...beside];
  const root = climb({ pool, roots, at: token.genTime, checksLeft: MOST_CHAIN_CHECKS }, signer, 0);
  return root === undefined ? { reached: false, why: "chain" } : { reached: true, root: commonName(root.subject) };
}

interface Climb {
  readonly pool: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly at: number;
  checksLeft: number;
}

function climb(search: Climb, certificate: Certificate, depth: number): Certificate | undefined {
  const { at, pool, roots } = search;
  if (depth >= LONGEST_CHAIN || at < certificate.notBefore || at > certificate.notAfter) return undefined;
  const trusted = roots.find((root) => equal(root.raw, certificate.raw));
  if (trusted !== undefined) return trusted;
  for (const issuer of [...roots, ...pool]) {
    if (!equal(issuer.subject, certificate.issuer) || equal(issuer.raw, certificate.raw) || !mayIssue(issuer)) continue;
    // Certificates that all issue one another would otherwise be walked in every order.
    if (search.checksLeft-- <= 0) return undefined;
    if ((pathLimit(issuer) ?? LONGEST_CHAIN) < depth || signedBy(certificate, issuer) !== "valid") continue;
    const root = climb(search, issuer, depth + 1);
    if (root !== undefined) return root;
  }
  return undefined;
}

