// Tables of documents: what is read from a spreadsheet's hand, and what is written into one.

import { describe, expect, it } from "vitest";
import { type Hit, readTable, writeTable } from "../src/check/table";

const DIGEST = "ab".repeat(32);

const hit = (seq: bigint, by: Hit["by"]): Hit => ({ seq, by, length: 100, codes: [] });

describe("tables of documents", () => {
  it("reads names with commas and quotation marks, and tells lines without a digest", () => {
    const lines = readTable(`a.pdf,${DIGEST}\r\n"b, ""old"".pdf",${DIGEST.toUpperCase()}\n\nname,digest\n,${DIGEST}\nshort,abcd\n`);
    expect(lines.map((l) => [l.name, l.digest?.length ?? 0])).toEqual([
      ["a.pdf", 32],
      ['b, "old".pdf', 32],
      ["name,digest", 0],
      [`,${DIGEST}`, 0],
      ["short,abcd", 0],
    ]);
  });
  it("writes what it can read again, and nothing that a spreadsheet would compute", () => {
    const digests = [new Uint8Array(32).fill(0xab)];
    const text = writeTable([
      { name: "=1+1", digests, hits: [hit(9n, "receipt"), hit(7n, "file"), hit(9n, "earlier"), { ...hit(3n, "not-valid"), codes: ["CERTIFICATE"] }], problem: "" },
      { name: 'a, "b"', digests: [], hits: [], problem: "UNREACHABLE\nno node" },
    ]);
    expect(text.split("\r\n").slice(0, 3)).toEqual([
      "name,digests,events,by,problem",
      `'=1+1,${DIGEST},7 9,9 receipt first 100 bytes; 7 file; 9 earlier first 100 bytes; 3 not-valid CERTIFICATE,`,
      '"a, ""b""",,,,"UNREACHABLE\nno node"',
    ]);
  });
});
