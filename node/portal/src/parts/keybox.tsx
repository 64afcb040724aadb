// The operator's key: chosen, shown by its id and organisation, forgotten. The organisation is looked up among those that
// the ledger has now; where none has this key, it is named by hand and checked by the node.

import { useState } from "preact/hooks";
import { equal } from "../bytes";
import type { Organisation } from "../../../verifier/src/genesis.ts";
import { Key, KeyFault } from "../crypto/key";
import { present } from "../node/consortium";
import { ROLES } from "../node/genesis";
import { operator } from "../state";
import { words } from "../words";
import { Digest } from "./digest";
import { Drop } from "./drop";

const FILE_MAX = 16 * 1024;

async function ownerOf(key: Key): Promise<Organisation | undefined> {
  const consortium = await present().catch(() => null);
  return consortium?.organisations.find((o) => o.keys.some((k) => equal(k, key.point)));
}

export function KeyBox() {
  const w = words();
  const [fault, setFault] = useState<KeyFault["reason"] | null>(null);
  const take = async (file: File) => {
    try {
      const key = Key.fromPem(file.size <= FILE_MAX ? await file.text() : "");
      const owner = await ownerOf(key);
      setFault(null);
      operator.value = { organisation: owner?.name ?? "", role: owner ? (ROLES[owner.role] ?? "") : null, key };
    } catch (e) {
      setFault(e instanceof KeyFault ? e.reason : "notPem");
    }
  };
  const loaded = operator.value;
  return (
    <section class="card" aria-labelledby="key-title">
      <h2 id="key-title">{w.key.title}</h2>
      {loaded ? <Loaded /> : <Drop label={w.key.drop} hint={w.key.why} accept=".pem,.key" onFile={take} />}
      {fault && (
        <p class="fault" role="alert">
          {w.key.faults[fault]}
        </p>
      )}
    </section>
  );
}

function Loaded() {
  const w = words();
  const { organisation, role, key } = operator.value!;
  return (
    <div class="row spread">
      <div>
        {role !== null ? (
          <p class="strong">{w.key.loaded(organisation, w.roles[role] ?? "")}</p>
        ) : (
          <label class="field">
            <span>{w.key.organisation}</span>
            <input value={organisation} onInput={(e) => (operator.value = { key, role, organisation: e.currentTarget.value.trim() })} />
            <small class="hint">{w.key.unknown}</small>
          </label>
        )}
        <p class="hint">
          {w.key.id} <Digest value={key.id} brief />
        </p>
      </div>
      <button type="button" class="quiet" onClick={() => (operator.value = null)}>
        {w.key.forget}
      </button>
    </div>
  );
}
