// Something asked of the node while a part is shown: waiting, answered or refused. An answer that comes after the part
// is gone is dropped.

import { useEffect, useState } from "preact/hooks";
import { type Refusal, refusalOf } from "../node/refusal";

export interface Asked<T> {
  value: T | null;
  refusal: Refusal | null;
  again: () => void;
}

export function useAsked<T>(ask: (stop: AbortSignal) => Promise<T>, on: readonly unknown[]): Asked<T> {
  const [state, setState] = useState<{ value: T | null; refusal: Refusal | null }>({ value: null, refusal: null });
  const [round, setRound] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    setState({ value: null, refusal: null });
    ask(stop.signal).then(
      (value) => !stop.signal.aborted && setState({ value, refusal: null }),
      (e: unknown) => !stop.signal.aborted && setState({ value: null, refusal: refusalOf(e) }),
    );
    return () => stop.abort();
  }, [...on, round]);
  return { ...state, again: () => setRound(round + 1) };
}
