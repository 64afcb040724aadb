// The bag around the data (SPEC section 6; BagIt 1.0, RFC 8493): six files that follow from the others, byte for byte.
import { compare, equal, toHex, utf8 } from "./bytes.ts";
import { sha256, sm3, type Hash } from "./hash.ts";
import type { Archive, Files } from "./zip.ts";

const DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const TAG_MANIFESTS: readonly string[] = ["tagmanifest-sha256.txt", "tagmanifest-sm3.txt"];

/** The files that make a folder a bag. */
export const BAG_FILES: readonly string[] = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "manifest-sm3.txt", ...TAG_MANIFESTS];

const isData = (path: string): boolean => path.startsWith("data/");

function manifest(files: Files, hash: Hash, lists: (path: string) => boolean): string {
  const paths = [...files.keys()].filter(lists).sort((a, b) => compare(utf8(a), utf8(b)));
  return paths.map((path) => `${toHex(hash(files.get(path) ?? new Uint8Array(0)))}  ${path}\n`).join("");
}

function info({ folder, files }: Archive): string {
  const data = [...files].filter(([path]) => isData(path));
  const bytes = data.reduce((sum, [, content]) => sum + content.length, 0);
  return `Bag-Software-Agent: chirograph evidence 1\nExternal-Identifier: ${folder}\nPayload-Oxum: ${bytes}.${data.length}\n`;
}

/** The first of the six files that is missing or not what it must be; undefined when the bag is right. */
export function wrongBagFile(archive: Archive): string | undefined {
  const { files } = archive;
  const listed = (path: string): boolean => !isData(path) && !TAG_MANIFESTS.includes(path);
  const expected = new Map([
    ["bagit.txt", DECLARATION],
    ["bag-info.txt", info(archive)],
    ["manifest-sha256.txt", manifest(files, sha256, isData)],
    ["manifest-sm3.txt", manifest(files, sm3, isData)],
    ["tagmanifest-sha256.txt", manifest(files, sha256, listed)],
    ["tagmanifest-sm3.txt", manifest(files, sm3, listed)],
  ]);
  for (const [path, text] of expected) {
    const content = files.get(path);
    if (content === undefined || !equal(content, utf8(text))) return path;
  }
  return undefined;
}
