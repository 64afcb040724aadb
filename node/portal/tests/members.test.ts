// The consortium out of the pages that a node gives: whole, in order, under one list of names, or not at all.

import { describe, expect, it } from "vitest";
import { readGenesis } from "../../verifier/src/genesis.ts";
import { decode } from "../../verifier/src/reader.ts";
import { membersPage, world } from "../../verifier/test/author.ts";
import { type Page, consortium } from "../src/check/members";

const made = world();
const genesis = decode(made.genesis, readGenesis)!;
const NAMES = ["archive-one", "court-one", "late-member", "notary-one", "platform"];
const page = (height: number, shown: readonly string[], names = NAMES): Page => membersPage(made, height, names, shown);
const first = page(9, NAMES.slice(0, 2));
const second = page(11, NAMES.slice(2, 4));
const third = page(10, NAMES.slice(4));
const shown = (...pages: Page[]) => consortium(pages, genesis, []);

describe("the members, page by page", () => {
  it("are all there, as of the lowest height that proves one of them", () => {
    const found = shown(first, second, third)!;
    expect(found.organisations.map((o) => o.name)).toEqual(NAMES);
    expect(found.height).toBe(9n);
    expect(shown(page(9, NAMES))?.organisations.length).toBe(5);
  });
  it("are not proven when a page is left out, given twice or out of order", () => {
    expect(shown()).toBeUndefined();
    expect(shown(first, third)).toBeUndefined();
    expect(shown(first, second)).toBeUndefined();
    expect(shown(first, first, second, third)).toBeUndefined();
    expect(shown(second, first, third)).toBeUndefined();
  });
  it("are not proven when the list changed between two pages", () => {
    const later = page(12, ["platform"], NAMES.filter((name) => name !== "late-member"));
    expect(shown(first, second, later)).toBeUndefined();
    expect(shown(page(9, ["archive-one", "court-one"], NAMES.slice(0, 4)), second, third)).toBeUndefined();
  });
  it("are not proven by bytes that were changed", () => {
    for (const field of ["checkpoint", "state"] as const) {
      for (const at of [40, first[field].length >> 1, first[field].length - 1]) {
        const bent = Uint8Array.from(first[field]);
        bent[at]! ^= 1;
        expect(shown({ ...first, [field]: bent }, second, third), `${field} ${at}`).toBeUndefined();
      }
    }
  });
});
