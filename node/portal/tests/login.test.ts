// The challenge of a login against the Rust crate's golden vector, and what counts as an answer to it.

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hex, unhex } from "../src/bytes";
import { type Challenge, challengeDigest, digits, loginMatter } from "../src/canonical/challenge";
import { loginChecks } from "../src/check/login";
import type { Event } from "../../verifier/src/event.ts";

const lines = readFileSync(new URL("../../../proto/golden/vectors.txt", import.meta.url), "utf8").split("\n");
const [, canonical, digest] = lines.find((l) => l.startsWith("login-challenge "))!.split(" ");
const tag = 2 + "chirograph/login-challenge".length;
const GOLDEN: Challenge = {
  chain: unhex(canonical!)!.subarray(tag, tag + 32),
  organisation: "platform",
  signer: "张三",
  nonce: { height: 0n, block: new Uint8Array(32) },
};

/** The answer to the golden challenge, with changes. */
function event(body: object = {}, transaction: object = {}, appraisal: object | null = {}): Event {
  const { chain, organisation: org, signer, nonce } = GOLDEN;
  const sign = { kind: "sign", matter: loginMatter(GOLDEN), signer, document: challengeDigest(GOLDEN), packet: nonce.block, nonceHeight: 0n, nonceBlock: nonce.block };
  const opinion = appraisal && { band: 1, grade: 1, flags: 0, llr: 1200, ...appraisal };
  return { transaction: { chain, org, body: { ...sign, ...body }, ...transaction }, appraisal: opinion } as unknown as Event;
}

const outcomes = (e: Event) => loginChecks(e, GOLDEN).map((c) => c.outcome);

describe("login", () => {
  it("asks with the golden challenge", () => {
    expect(hex(challengeDigest(GOLDEN))).toBe(digest);
    expect(digits(GOLDEN)).toBe(String(BigInt(`0x${digest!.slice(0, 16)}`) % 1_000_000n).padStart(6, "0"));
    expect(loginMatter(GOLDEN)).toMatch(/^login-[0-9a-f]{24}$/);
  });
  it("takes an answer to this very challenge", () => {
    expect(outcomes(event())).toEqual(["VALID", "VALID"]);
  });
  it("takes no answer to another one", () => {
    const other = new Uint8Array(32).fill(9);
    const changed = [event({ document: other }), event({ matter: "lease" }), event({ signer: "李四" }), event({ kind: "record" }), event({}, { org: "elsewhere" }), event({}, { chain: other })];
    for (const e of changed) expect(outcomes(e)[0]).toBe("INVALID");
  });
  it("says of the writer what the band says", () => {
    expect([1, 2, 3, 4].map((band) => outcomes(event({}, {}, { band }))[1])).toEqual(["VALID", "INDETERMINATE", "INVALID", "INDETERMINATE"]);
    expect(outcomes(event({}, {}, { flags: 1 }))[1]).toBe("INDETERMINATE"); // SYNTHETIC
    expect(outcomes(event({}, {}, null))[1]).toBe("INVALID");
  });
});
