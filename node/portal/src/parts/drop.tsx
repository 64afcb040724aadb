// A place for a file: a button for the keyboard, a target for dragging. Who uses it decides what the file is.

import { useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  hint?: string;
  accept?: string;
  onFile: (file: File) => void;
}

export function Drop({ label, hint, accept, onFile }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const file = files?.[0];
    if (file) onFile(file);
    if (input.current) input.current.value = ""; // the same file may be chosen again
  };
  return (
    <label
      class={over ? "drop over" : "drop"}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        take(e.dataTransfer?.files);
      }}
    >
      <input ref={input} type="file" accept={accept} onChange={(e) => take(e.currentTarget.files)} />
      <span class="drop-label">{label}</span>
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}
