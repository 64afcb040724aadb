// Something being verified: how far it is, a button to stop it, and then its verdict. Progress is seen at every check and
// said to readers of screens at the beginning and the end only.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type Code, title } from "../../../verifier/src/sentence.ts";
import type { Verdict } from "../../../verifier/src/verify.ts";
import { examiner } from "../check/examiner";
import type { Job } from "../check/job";
import { language } from "../state";
import { words } from "../words";

type State = { step: "running"; code?: Code; done: number; all: number } | { step: "stopped" } | { step: "failed" } | { step: "done"; verdict: Verdict };

const BEGUN: State = { step: "running", done: 0, all: 1 };

interface Props {
  job: Job;
  /** Verified anew when one of these changes. */
  on: readonly unknown[];
  children: (verdict: Verdict) => ComponentChildren;
}

export function Examined({ job, on, children }: Props) {
  const w = words();
  const [state, setState] = useState<State>(BEGUN);
  const [round, setRound] = useState(0);
  const [stop, setStop] = useState<() => void>(() => () => {});
  useEffect(() => {
    const mine = examiner();
    let gone = false;
    const end = (state: State) => {
      if (!gone) setState(state);
      gone = true;
      mine.close();
    };
    setState(BEGUN);
    setStop(() => () => end({ step: "stopped" }));
    mine
      .verify(job, (code, done, all) => gone || setState({ step: "running", code, done, all }))
      .then((verdict) => end({ step: "done", verdict }), () => end({ step: "failed" }));
    return () => {
      gone = true;
      mine.close();
    };
  }, [...on, round]);
  if (state.step === "done") return <>{children(state.verdict)}</>;
  if (state.step === "running") return <Running state={state} stop={stop} />;
  return (
    <div class="box warn" role="alert">
      <p>{w.checks[state.step]}</p>
      <button type="button" onClick={() => setRound(round + 1)}>
        {w.retry}
      </button>
    </div>
  );
}

function Running({ state, stop }: { state: State & { step: "running" }; stop: () => void }) {
  const w = words();
  const { code, done, all } = state;
  return (
    <div class="row running">
      <p class="unseen" role="status">
        {w.checks.running}
      </p>
      <progress value={code ? done : undefined} max={all} aria-label={w.checks.running} />
      <span class="hint">{code ? w.checks.step(done, all, title(code)[language.value]) : w.checks.running}</span>
      <button type="button" onClick={stop}>
        {w.checks.stop}
      </button>
    </div>
  );
}
