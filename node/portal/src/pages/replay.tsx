// Replay: the writings of this visit, and those in a package or packet file that the reader has. The node gives none out.

import { useState } from "preact/hooks";
import { FILE_BYTES_MAX, open, writingsOf } from "../check/file";
import { Drop } from "../parts/drop";
import { Player } from "../parts/player";
import { keep, writings } from "../state";
import { words } from "../words";

export function ReplayPage() {
  const w = words();
  const [chosen, setChosen] = useState(0);
  const [fault, setFault] = useState("");
  const take = async (file: File) => {
    const found = file.size <= FILE_BYTES_MAX ? await kept(file) : 0;
    setChosen(0);
    setFault(found > 0 ? "" : w.replay.nothing(file.name));
  };
  const list = writings.value;
  const writing = list[chosen];
  return (
    <>
      <h1>{w.replay.title}</h1>
      <p class="lead">{w.replay.lead}</p>
      <section class="card" aria-label={w.replay.choose}>
        {list.length > 0 && (
          <label class="field">
            <span>{w.replay.choose}</span>
            <select value={chosen} onChange={(e) => setChosen(Number(e.currentTarget.value))}>
              {list.map((one, i) => (
                <option key={i} value={i}>
                  {one.title}
                </option>
              ))}
            </select>
          </label>
        )}
        <Drop label={w.replay.drop} hint={w.replay.dropHint} onFile={take} />
        {fault && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
      </section>
      {writing && (
        <section class="card" aria-label={writing.title}>
          <Player key={chosen} packet={writing.packet} />
        </section>
      )}
    </>
  );
}

/** Keeps the writings of a file, the signing's own last so that it is shown first; how many there were. */
async function kept(file: File): Promise<number> {
  const w = words();
  const opened = open(new Uint8Array(await file.arrayBuffer()));
  if (opened.kind === "packet") {
    keep({ title: file.name, packet: opened.packet });
    return 1;
  }
  const found = opened.kind === "package" ? writingsOf(opened.bytes) : [];
  for (const { number, packet } of found.sort((a, b) => b.number - a.number)) {
    keep({ title: `${file.name} · ${number === 0 ? w.replay.questioned : w.replay.reference(number)}`, packet });
  }
  return found.length;
}
