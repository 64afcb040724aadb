// Tables of documents: what is read from a spreadsheet's hand, and what is written into one.

import { describe, expect, it } from "vitest";
import { readTable, writeTable } from "../src/check/table";

const DIGEST = "ab".repeat(32);

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
      { name: "=1+1", digests, events: [7n, 9n], problem: "" },
      { name: 'a, "b"', digests: [], events: [], problem: "UNREACHABLE\nno node" },
    ]);
    expect(text.split("\r\n").slice(0, 3)).toEqual([
      "name,digests,events,problem",
      `'=1+1,${DIGEST},7 9,`,
      '"a, ""b""",,,"UNREACHABLE\nno node"',
    ]);
  });
});
