// Examines the reader's files beside the page, in a worker made of the page's own script, so that the page stays alive and
// the reader can stop it. Where a browser gives no worker to a page from the disk, the page itself does the work.
import type { Told } from "../verify.ts";
import { examine, type Answer, type Asked, type BadPolicy } from "./examine.ts";
import { OWN_SCRIPT } from "./own.ts";
import type { Message } from "./worker.ts";

/** An examination that is going on. */
export interface Examination {
  readonly answer: Promise<Answer | BadPolicy>;
  /** Stops it; the answer then never comes. */
  readonly stop: () => void;
}

function worker(): Worker | undefined {
  const address = URL.createObjectURL(new Blob([OWN_SCRIPT], { type: "text/javascript" }));
  try {
    return new Worker(address);
  } catch {
    return undefined;
  } finally {
    // The worker has begun to load it; nobody else may.
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  }
}

/** In the page: two frames first, so that the word is on the screen before the work keeps it from being drawn. */
function here(asked: Asked): Examination {
  let stopped = false;
  const answer = new Promise<Answer | BadPolicy>((done, fail) => {
    requestAnimationFrame(() => setTimeout(() => {
      if (stopped) return;
      try {
        done(examine(asked, () => {}));
      } catch (error) {
        fail(error);
      }
    }));
  });
  return { answer, stop: () => { stopped = true; } };
}

/** Begins to examine; `told` hears how far it is, unless the page has to do it. */
export function begin(asked: Asked, told: Told): Examination {
  const made = worker();
  if (made === undefined) return here(asked);
  let stop = (): void => made.terminate();
  const answer = new Promise<Answer | BadPolicy>((done, fail) => {
    let ready = false;
    made.onmessage = ({ data }: MessageEvent<Message>): void => {
      if (data.kind === "progress") return told(data.code, data.done, data.all);
      if (data.kind === "ready") {
        ready = true;
        return made.postMessage(asked);
      }
      made.terminate();
      if (data.kind === "answer") done(data.answer);
      else fail(new Error("the worker failed"));
    };
    made.onerror = (event): void => {
      event.preventDefault();
      made.terminate();
      if (ready) return fail(new Error("the worker failed"));
      const instead = here(asked);
      stop = instead.stop;
      instead.answer.then(done, fail);
    };
  });
  return { answer, stop: () => stop() };
}
