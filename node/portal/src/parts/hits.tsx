// The events that a document has to do with, each with by what that is known. What is not known about the document is said
// beside it, with a way to see what was signed.

import type { Hit, Row } from "../check/table";
import { link } from "../route";
import { count, words } from "../words";
import { save } from "./save";

export function Hits({ row }: { row: Pick<Row, "hits" | "file"> }) {
  return (
    <ul class="plain hits">
      {row.hits.map((hit, i) => (
        <li key={i}>
          <HitLine hit={hit} file={row.file} />
        </li>
      ))}
    </ul>
  );
}

/** By what an event is known to be about the document, and what is not known about the document. */
function HitLine({ hit: { seq, by, length, codes, changed }, file }: { hit: Hit; file: File | undefined }) {
  const w = words();
  const event = by === "other-ledger" ? String(seq) : <a href={link("event", String(seq))}>{String(seq)}</a>;
  const added = (file?.size ?? length) - length;
  return (
    <>
      {event} <span class={BAD.includes(by) ? "text-bad" : "hint"}>{w.batch.by[by](count(length), codes.join(", "))}</span>
      {(by === "receipt" || by === "earlier") && file && added > 0 && (
        <>
          {" "}
          <span class={changed ? "text-bad" : "hint"}>{changed ? w.batch.changed(count(added)) : w.batch.added(count(added))}</span>{" "}
          <button type="button" class="small" onClick={() => save(file.name.replace(/(\.pdf)?$/i, `.first-${length}$1`), file.slice(0, length))}>
            {w.batch.saveEarlier}
          </button>
        </>
      )}
    </>
  );
}

const BAD: readonly Hit["by"][] = ["not-valid", "other-document", "undecided"];
