// What was read, as an evidence package to take home: a party's, and for a court the full one. It is verified here before it
// is saved, and its checks are shown; one that does not hold is saved too, because it is evidence against the node.

import { useState } from "preact/hooks";
import { type Disclosed, type Variant, disclose } from "../node/disclose";
import { type Refusal, refusalOf } from "../node/refusal";
import { operator } from "../state";
import { words } from "../words";
import { Checks } from "./checks";
import { RefusalBox } from "./refusal";
import { save } from "./save";

export function Disclosing({ seq }: { seq: bigint }) {
  const w = words();
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<Disclosed | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const take = async (variant: Variant) => {
    setBusy(true);
    setMade(null);
    setRefusal(null);
    try {
      const disclosed = await disclose(operator.value!, seq, variant);
      save(disclosed.name, disclosed.bytes);
      setMade(disclosed);
    } catch (e) {
      setRefusal(refusalOf(e));
    }
    setBusy(false);
  };
  const off = busy || !operator.value;
  return (
    <div class="nested">
      <h3>{w.disclosed.title}</h3>
      <p class="hint">{w.disclosed.lead}</p>
      <div class="row">
        <button type="button" disabled={off} onClick={() => take("party")}>
          {w.disclosed.party}
        </button>
        {operator.value?.role === "court" && (
          <button type="button" disabled={off} onClick={() => take("full")}>
            {w.disclosed.full}
          </button>
        )}
      </div>
      {busy && <p role="status">{w.disclosed.making}</p>}
      {refusal && <RefusalBox refusal={refusal} />}
      {made && (
        <>
          <p class="strong">{w.disclosed.saved(made.name, w.bytes(made.bytes.length))}</p>
          <Checks verdict={made.verdict} />
        </>
      )}
    </div>
  );
}
