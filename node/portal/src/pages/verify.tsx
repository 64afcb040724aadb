// Verify: a package or receipt that the reader has, checked in this browser by the verifier's own code. With the court's
// policy beside it; with the document beside it, whether it is the one. Nothing dropped here leaves the browser.

import { useState } from "preact/hooks";
import { equal } from "../../../verifier/src/bytes.ts";
import { MOST_POLICY_BYTES, PolicyError, type Policy, readPolicy } from "../../../verifier/src/policy.ts";
import type { Receipt } from "../../../verifier/src/receipt.ts";
import { documentNamed } from "../../../verifier/src/summary.ts";
import type { Verdict } from "../../../verifier/src/verify.ts";
import { digestsOf } from "../capture/document";
import { type Bound, boundIn } from "../check/bound";
import { FILE_BYTES_MAX, open } from "../check/file";
import { sameChain } from "../check/receipt";
import { genesis } from "../node/genesis";
import { trail } from "../node/trail";
import { useAsked } from "../parts/asked";
import { Checks } from "../parts/checks";
import { Drop } from "../parts/drop";
import { Examined } from "../parts/examined";
import { RefusalBox } from "../parts/refusal";
import { Summary } from "../parts/summary";
import { count, words } from "../words";

type Evidence = { kind: "package"; bytes: Uint8Array } | { kind: "receipts"; receipts: Receipt[] };

/** A document, as it is and as it was before receipts were put into it. */
interface Document {
  name: string;
  size: number;
  digests: Uint8Array[];
  bound: Bound[];
}

async function documentOf(file: File): Promise<Document> {
  const { sm3, sha256 } = await digestsOf(file);
  return { name: file.name, size: file.size, digests: [sm3, sha256], bound: await boundIn(file) };
}

export function VerifyPage() {
  const w = words();
  const [opened, setOpened] = useState<{ name: string; what: Evidence } | null>(null);
  const [policy, setPolicy] = useState<{ name: string; policy: Policy } | null>(null);
  const [document, setDocument] = useState<Document | null>(null);
  const [fault, setFault] = useState("");
  const takePolicy = (name: string, bytes: Uint8Array) => {
    try {
      setPolicy({ name, policy: readPolicy(bytes) });
      setFault("");
    } catch (e) {
      setFault(w.verify.policyBad(e instanceof PolicyError ? e.message : ""));
    }
  };
  const take = async (file: File) => {
    setFault("");
    const bound = await boundIn(file);
    if (bound.length > 0) {
      setDocument(await documentOf(file));
      return setOpened({ name: w.verify.attached(file.name), what: { kind: "receipts", receipts: bound.map((b) => b.receipt) } });
    }
    const what = file.size <= FILE_BYTES_MAX ? open(new Uint8Array(await file.arrayBuffer())) : { kind: "other" as const };
    if (what.kind === "policy") takePolicy(file.name, what.bytes);
    else if (what.kind === "package") setOpened({ name: file.name, what });
    else if (what.kind === "receipt") setOpened({ name: file.name, what: { kind: "receipts", receipts: [what.receipt] } });
    else setFault(w.verify.unknown(file.name));
  };
  return (
    <>
      <h1>{w.verify.title}</h1>
      <p class="lead">{w.verify.lead}</p>
      <section class="card" aria-label={w.verify.files}>
        <Drop label={w.verify.drop} hint={w.verify.dropHint} onFile={take} />
        <div class="columns">
          <Drop label={policy ? w.verify.policyLoaded(policy.name) : w.verify.policy} hint={w.verify.policyHint} accept=".toml" onFile={async (f) => takePolicy(f.name, new Uint8Array(await f.slice(0, MOST_POLICY_BYTES + 1).arrayBuffer()))} />
          <Drop label={document ? w.verify.documentLoaded(document.name) : w.verify.document} hint={w.verify.documentHint} onFile={async (f) => setDocument(await documentOf(f))} />
        </div>
        {fault && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
      </section>
      {opened && <Shown name={opened.name} what={opened.what} policy={policy?.policy} document={document} />}
    </>
  );
}

interface ShownProps {
  name: string;
  what: Evidence;
  policy: Policy | undefined;
  document: Document | null;
}

function Shown({ name, what, policy, document }: ShownProps) {
  if (what.kind === "receipts") return <>{what.receipts.map((receipt, i) => <ReceiptShown key={i} name={name} receipt={receipt} policy={policy} document={document} />)}</>;
  return (
    <section class="card" aria-label={name}>
      <h2>{name}</h2>
      <Examined job={{ ...what, policy }} on={[what, policy]}>
        {(verdict) => <VerdictShown verdict={verdict} document={document} />}
      </Examined>
    </section>
  );
}

/** A receipt names its ledger only: genesis and trail are the node's, and genesis is held against the receipt. */
function ReceiptShown({ name, receipt, policy, document }: { name: string; receipt: Receipt; policy: Policy | undefined; document: Document | null }) {
  const w = words();
  const asked = useAsked(() => Promise.all([genesis(), trail()]), []);
  if (asked.refusal) return <RefusalBox refusal={asked.refusal} />;
  if (!asked.value) return <p role="status">{w.loading}</p>;
  const [founding, links] = asked.value;
  return (
    <section class="card" aria-label={name}>
      <h2>{name}</h2>
      {!sameChain(receipt, founding) && <p class="box warn" role="status">{w.verify.otherChain}</p>}
      {sameChain(receipt, founding) && (
        <Examined job={{ kind: "receipt", receipt, genesis: founding, trail: links, policy }} on={[receipt, policy]}>
          {(verdict) => <VerdictShown verdict={verdict} document={document} />}
        </Examined>
      )}
    </section>
  );
}

function VerdictShown({ verdict, document }: { verdict: Verdict; document: Document | null }) {
  const w = words();
  return (
    <>
      <Checks verdict={verdict} />
      {document && verdict.found && <DocumentMatch document={document} verdict={verdict} />}
      {verdict.found && (
        <section class="nested" aria-label={w.verify.says}>
          <h2>{w.verify.says}</h2>
          <Summary found={verdict.found} />
        </section>
      )}
    </>
  );
}

/** Whether the event names this very document, or what it was before a receipt was put into it. */
function DocumentMatch({ document, verdict }: { document: Document; verdict: Verdict }) {
  const w = words();
  const { bound, digests, name, size } = document;
  const named = documentNamed(verdict.found!);
  if (!named) return <p class="box warn">{w.verify.noDocument}</p>;
  const is = (digest: Uint8Array) => equal(digest, named);
  const before = digests.some(is) ? size : bound.find((b) => b.digests.some(is))?.before;
  const box = before === undefined ? "bad" : before === size ? "good" : "warn";
  return (
    <p class={`box ${box}`} role="status">
      {before === undefined && w.verify.different(name)}
      {before === size && w.verify.same(name)}
      {before !== undefined && before !== size && w.verify.earlier(name, count(before), count(size - before))}
    </p>
  );
}
