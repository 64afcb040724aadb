// The document to be signed: chosen, digested here, shown by name and digest. Its content goes nowhere.

import { useState } from "preact/hooks";
import { type Digests, digestsOf } from "../capture/document";
import { words } from "../words";
import { Digest } from "./digest";
import { Drop } from "./drop";

interface Props {
  value: Digests | null;
  onChange: (document: Digests | null) => void;
}

export function DocumentBox({ value, onChange }: Props) {
  const w = words();
  const [share, setShare] = useState<number | null>(null);
  const take = async (file: File) => {
    setShare(0);
    onChange(await digestsOf(file, setShare));
    setShare(null);
  };
  if (share !== null) return <p role="status">{w.document.hashing(Math.round(share * 100))}</p>;
  if (!value) return <Drop label={w.document.drop} hint={w.document.why} onFile={take} />;
  return (
    <div class="row spread">
      <div class="shrink">
        <p class="strong">{value.name}</p>
        <p class="hint">
          {w.bytes(value.size)} · {w.document.digest} <Digest value={value.sm3} brief />
        </p>
      </div>
      <button type="button" class="quiet" onClick={() => onChange(null)}>
        {w.document.other}
      </button>
    </div>
  );
}
