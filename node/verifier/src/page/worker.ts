// The other side of the examiner: takes one question, tells how far it is, and answers. It touches no page.
import type { Code } from "../sentence.ts";
import { examine, type Answer, type Asked, type BadPolicy } from "./examine.ts";

/** What a worker says. `ready` comes first: whoever hears it knows that workers can be had. */
export type Message =
  | { readonly kind: "ready" | "fault" }
  | { readonly kind: "progress"; readonly code: Code; readonly done: number; readonly all: number }
  | { readonly kind: "answer"; readonly answer: Answer | BadPolicy };

/** Serves the one question of this worker. */
export function serve(): void {
  const say = (message: Message): void => self.postMessage(message);
  self.onmessage = ({ data }: MessageEvent<Asked>): void => {
    try {
      say({ kind: "answer", answer: examine(data, (code, done, all) => say({ kind: "progress", code, done, all })) });
    } catch {
      say({ kind: "fault" });
    }
  };
  say({ kind: "ready" });
}
