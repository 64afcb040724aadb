// The other side of the examiner: takes jobs one after the other, tells how far it is, and answers. It touches no page and
// asks nobody anything.

import type { Code } from "../../../verifier/src/sentence.ts";
import type { Verdict } from "../../../verifier/src/verify.ts";
import { type Job, verify } from "./job";

/** What the worker says; `job` is the number that the question had. `ready` comes first. */
export type Message =
  | { kind: "ready" }
  | { kind: "progress"; job: number; code: Code; done: number; all: number }
  | { kind: "verdict"; job: number; verdict: Verdict }
  | { kind: "fault"; job: number };

const say = (message: Message): void => self.postMessage(message);

self.onmessage = ({ data: { number, job } }: MessageEvent<{ number: number; job: Job }>) => {
  try {
    const verdict = verify(job, (code, done, all) => say({ kind: "progress", job: number, code, done, all }));
    say({ kind: "verdict", job: number, verdict });
  } catch {
    say({ kind: "fault", job: number });
  }
};
say({ kind: "ready" });
