// A digest or another long hexadecimal value: readable in groups, copied as one.

import { useState } from "preact/hooks";
import { hex } from "../bytes";
import { words } from "../words";

export function Digest({ value, brief = false }: { value: Uint8Array | string; brief?: boolean }) {
  const text = typeof value === "string" ? value : hex(value);
  const [copied, setCopied] = useState(false);
  const w = words();
  const copy = async () => {
    await navigator.clipboard.writeText(text).catch(() => {});
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <span class="digest">
      <code title={text}>{brief ? `${text.slice(0, 12)}…` : text}</code>
      <button type="button" class="quiet small" onClick={copy} aria-label={`${w.copy}: ${text.slice(0, 8)}`}>
        {copied ? w.copied : w.copy}
      </button>
    </span>
  );
}
