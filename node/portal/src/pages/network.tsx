// The network as this node sees it: health, validators, organisations, and the model in force. Asked again every few
// seconds while the page is shown. Who belongs to the consortium is not the node's word: it is proven in this browser.

import { useEffect, useState } from "preact/hooks";
import { equal } from "../bytes";
import type { GetStatusResponse } from "../gen/chirograph/v1/service_pb";
import { keyId, type Genesis } from "../../../verifier/src/genesis.ts";
import { status } from "../node/client";
import { type Present, present } from "../node/consortium";
import { ROLES, genesis } from "../node/genesis";
import { type Refusal, refusalOf } from "../node/refusal";
import { useAsked } from "../parts/asked";
import { Digest } from "../parts/digest";
import { RefusalBox } from "../parts/refusal";
import { count, moment, words } from "../words";

const REFRESH_MS = 2000;

export function NetworkPage() {
  const w = words();
  const founding = useAsked(() => genesis(), []);
  const [heard, setHeard] = useState<GetStatusResponse | null>(null);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useEffect(() => {
    let gone = false;
    const ask = () =>
      status.getStatus({}).then(
        (s) => !gone && (setHeard(s), setRefusal(null)),
        (e: unknown) => !gone && setRefusal(refusalOf(e)),
      );
    void ask();
    const timer = setInterval(ask, REFRESH_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, []);
  const members = usePresent(heard?.tip?.ledgerSize);
  return (
    <>
      <h1>{w.network.title}</h1>
      {refusal && <RefusalBox refusal={refusal} />}
      {heard && <Health heard={heard} stale={refusal !== null} />}
      {heard && !refusal && <Validators heard={heard} members={members} />}
      {members && <Organisations members={members} />}
      {members && founding.value && heard && <Model members={members} founding={founding.value} heard={heard} />}
    </>
  );
}

/** The consortium, asked for again whenever the ledger has grown; what is shown stays until the answer is there. */
function usePresent(size: bigint | undefined): Present | null {
  const [members, setMembers] = useState<Present | null>(null);
  useEffect(() => {
    let gone = false;
    if (size !== undefined) present().then((p) => !gone && setMembers(p), () => {});
    return () => {
      gone = true;
    };
  }, [size]);
  return members;
}

/** `stale`: the node does not answer any more; what it last said is no news. */
function Health({ heard, stale }: { heard: GetStatusResponse; stale: boolean }) {
  const w = words();
  const grave = heard.troubles.some((t) => t.grave) || heard.margin < 0;
  const box = grave ? "bad" : heard.troubles.length > 0 || heard.margin === 0 ? "warn" : "good";
  const tip = heard.tip;
  const time = Number(tip?.time?.seconds ?? 0n) * 1000;
  return (
    <section class="card" aria-labelledby="health-title">
      <h2 id="health-title">{w.network.health}</h2>
      <div class={`box ${stale ? "warn" : box}`} role="status">
        <p class="box-title">{stale ? w.network.stale : w.network.margin(heard.margin)}</p>
        {!stale && heard.troubles.map((t) => (
          <p key={t.code}>
            <code>{t.code}</code> {w.network.troubles[t.code]} <span lang="en">{t.text}</span>
          </p>
        ))}
      </div>
      <dl class="figures">
        <Figure name={w.network.ledger} value={heard.network} />
        <Figure name={w.network.events} value={count(tip?.ledgerSize ?? 0n)} />
        <Figure name={w.network.height} value={count(tip?.height ?? 0n)} />
        <Figure name={w.network.tip} value={time > 0 ? moment(time) : "–"} />
        <Figure name={w.network.waiting} value={count(heard.poolTransactions)} />
        <Figure name={w.network.epoch} value={count(heard.epoch)} />
        <Figure name={w.network.quorum} value={`${heard.quorum} / ${heard.validators}`} />
        <Figure name={w.network.version} value={heard.version} />
      </dl>
      <p class="hint">
        {w.network.chain} <Digest value={heard.chainId} />
      </p>
    </section>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Validators({ heard, members }: { heard: GetStatusResponse; members: Present | null }) {
  const w = words();
  const rows = Array.from({ length: heard.validators }, (_, i) => {
    const peer = heard.peers.find((p) => p.validator === i);
    const own = heard.validator === i;
    const name = members?.set.validators[i]?.org || peer?.organisation || (own ? heard.organisation : "");
    const state = own ? w.network.thisNode : peer?.heard ? w.network.heard : w.network.silent;
    return { i, name, state, good: own || peer?.heard === true, height: own ? (heard.tip?.height ?? 0n) : (peer?.height ?? 0n), leads: heard.leader === i };
  });
  return (
    <section class="card" aria-labelledby="validators-title">
      <h2 id="validators-title">{w.votes.title}</h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="validators-title">
        <table>
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">{w.key.organisation}</th>
              <th scope="col">{w.network.state}</th>
              <th scope="col">{w.network.height}</th>
              <th scope="col">{w.network.role}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.i}>
                <td>{row.i}</td>
                <th scope="row">{row.name}</th>
                <td class={row.good ? "text-good" : "text-bad"}>{row.state}</td>
                <td>{count(row.height)}</td>
                <td>{row.leads ? w.network.leads : ""}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Organisations({ members }: { members: Present }) {
  const w = words();
  const box = { proven: "good", founded: "good", unproven: "bad" }[members.standing];
  return (
    <section class="card" aria-labelledby="organisations-title">
      <h2 id="organisations-title">{w.network.organisations}</h2>
      <p class={`box ${box}`} role="status">
        {w.network[members.standing](count(members.height))}
      </p>
      <ul class="plain organisations">
        {members.organisations.map((o) => (
          <li key={o.name}>
            <p>
              <strong>{o.name}</strong> <span class="hint">{w.roles[ROLES[o.role] ?? ""] ?? ""}</span>
            </p>
            <p class="hint">
              {o.keys.map((key, i) => (
                <span key={i}>
                  {w.key.id} <Digest value={keyId(key)} brief />
                </span>
              ))}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Model({ members, founding, heard }: { members: Present; founding: Genesis; heard: GetStatusResponse }) {
  const w = words();
  const inForce = heard.tip?.model ?? members.params.model;
  const card = useAsked(() => fetch("/model.md").then((r) => (r.ok ? r.text() : Promise.reject(new Error(`/model.md: ${r.status}`)))), []);
  const threshold = (millibans: number) => `log₁₀ LR ${(millibans / 1000).toFixed(2)}`;
  return (
    <section class="card" aria-labelledby="model-title">
      <h2 id="model-title">{w.network.model}</h2>
      <dl class="facts">
        <dt>{w.network.modelDigest}</dt>
        <dd>
          <Digest value={inForce} /> {equal(inForce, founding.params.model) ? "" : w.network.modelChanged}
        </dd>
        <dt>{w.opinion.bands["accept"]}</dt>
        <dd>≥ {threshold(members.params.acceptAt)}</dd>
        <dt>{w.opinion.bands["reject"]}</dt>
        <dd>&lt; {threshold(members.params.rejectBelow)}</dd>
      </dl>
      {card.value && (
        <details>
          <summary>{w.network.card}</summary>
          <pre class="document" lang="en" tabIndex={0}>
            {card.value}
          </pre>
        </details>
      )}
    </section>
  );
}
