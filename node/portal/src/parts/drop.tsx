// A place for a file, or for several: a button for the keyboard, a target for dragging. Who uses it decides what they are.

import { useRef, useState } from "preact/hooks";

interface Props {
  label: string;
  hint?: string;
  accept?: string;
  /** One file. */
  onFile?: (file: File) => void;
  /** All files that were chosen or dropped. */
  onFiles?: (files: File[]) => void;
  multiple?: boolean;
  /** Chooses a folder with everything in it. */
  folder?: boolean;
}

export function Drop({ label, hint, accept, onFile, onFiles, multiple = false, folder = false }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null | undefined) => {
    const all = [...(files ?? [])];
    const [first] = all;
    if (first) onFile?.(first);
    if (first) onFiles?.(all);
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
      <input ref={input} type="file" accept={accept} multiple={multiple} {...(folder ? { webkitdirectory: true } : {})} onChange={(e) => take(e.currentTarget.files)} />
      <span class="drop-label">{label}</span>
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}
