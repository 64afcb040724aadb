// Verifies beside the page, so that the page stays alive while a large package is examined, and the reader can stop it. Where
// no worker can be had, the page does the work itself.

import type { Told, Verdict } from "../../../verifier/src/verify.ts";
import { type Job, verify } from "./job";
import type { Message } from "./worker";

export interface Examiner {
  /** One job after the other. Never answers once closed. */
  verify(job: Job, told?: Told): Promise<Verdict>;
  close(): void;
}

interface Waiting {
  job: Job;
  told: Told;
  done: (verdict: Verdict) => void;
  fail: (fault: Error) => void;
}

export function examiner(): Examiner {
  const waiting = new Map<number, Waiting>();
  let worker = newWorker();
  let state: "starting" | "ready" | "closed" = "starting";
  let numbers = 0;
  const fault = () => new Error("the verifier failed on this file; nothing is known about it");
  /** Without a worker: after a breath, so that what the page says about it is seen first. */
  const here = (number: number) =>
    setTimeout(() => {
      const asked = take(number);
      if (!asked || state === "closed") return;
      try {
        asked.done(verify(asked.job, asked.told));
      } catch {
        asked.fail(fault());
      }
    }, 20);
  const take = (number: number) => {
    const asked = waiting.get(number);
    waiting.delete(number);
    return asked;
  };
  if (worker) {
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "ready") state = "ready";
      else if (data.kind === "progress") waiting.get(data.job)?.told(data.code, data.done, data.all);
      else if (data.kind === "verdict") take(data.job)?.done(data.verdict);
      else take(data.job)?.fail(fault());
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker?.terminate();
      worker = undefined;
      // One that never began can be done without; one that broke down would break down here too.
      for (const number of [...waiting.keys()]) state === "starting" ? here(number) : take(number)?.fail(fault());
    };
  }
  return {
    verify: (job, told = () => {}) =>
      new Promise((done, fail) => {
        const number = numbers++;
        waiting.set(number, { job, told, done, fail });
        if (worker) worker.postMessage({ number, job });
        else here(number);
      }),
    close: () => {
      state = "closed";
      worker?.terminate();
      waiting.clear();
    },
  };
}

function newWorker(): Worker | undefined {
  try {
    return new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  } catch {
    return undefined;
  }
}
