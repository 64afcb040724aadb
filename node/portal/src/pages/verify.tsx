// Verify: a package or receipt that the reader has, checked in this browser by the verifier's own code. With the court's
// policy beside it; with the document beside it, whether it is the one. Nothing dropped here leaves the browser.

import { useMemo, useState } from "preact/hooks";
import { PolicyError, type Policy, readPolicy } from "../../../verifier/src/policy.ts";
import { type Verdict, verifyPackage } from "../../../verifier/src/verify.ts";
import { hex } from "../bytes";
import { type Digests, digestsOf } from "../capture/document";
import { FILE_BYTES_MAX, type Opened, open } from "../check/file";
import { sameChain, verifyReceipt } from "../check/receipt";
import { genesis } from "../node/genesis";
import { trail } from "../node/trail";
import { useAsked } from "../parts/asked";
import { Checks } from "../parts/checks";
import { Drop } from "../parts/drop";
import { RefusalBox } from "../parts/refusal";
import { Summary } from "../parts/summary";
import { words } from "../words";

export function VerifyPage() {
  const w = words();
  const [opened, setOpened] = useState<{ name: string; what: Opened } | null>(null);
  const [policy, setPolicy] = useState<{ name: string; policy: Policy } | null>(null);
  const [document, setDocument] = useState<Digests | null>(null);
  const [fault, setFault] = useState("");
  const takePolicy = (name: string, text: string) => {
    try {
      setPolicy({ name, policy: readPolicy(text) });
      setFault("");
    } catch (e) {
      setFault(w.verify.policyBad(e instanceof PolicyError ? e.message : ""));
    }
  };
  const take = async (file: File) => {
    setFault("");
    const what = file.size <= FILE_BYTES_MAX ? open(new Uint8Array(await file.arrayBuffer())) : { kind: "other" as const };
    if (what.kind === "policy") takePolicy(file.name, what.text);
    else if (what.kind === "package" || what.kind === "receipt") setOpened({ name: file.name, what });
    else setFault(w.verify.unknown(file.name));
  };
  return (
    <>
      <h1>{w.verify.title}</h1>
      <p class="lead">{w.verify.lead}</p>
      <section class="card" aria-label={w.verify.files}>
        <Drop label={w.verify.drop} hint={w.verify.dropHint} onFile={take} />
        <div class="columns">
          <Drop label={policy ? w.verify.policyLoaded(policy.name) : w.verify.policy} hint={w.verify.policyHint} accept=".toml" onFile={async (f) => takePolicy(f.name, f.size < 1 << 20 ? await f.text() : "")} />
          <Drop label={document ? w.verify.documentLoaded(document.name) : w.verify.document} hint={w.verify.documentHint} onFile={async (f) => setDocument(await digestsOf(f))} />
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
  what: Opened;
  policy: Policy | undefined;
  document: Digests | null;
}

function Shown({ name, what, policy, document }: ShownProps) {
  if (what.kind === "package") return <PackageShown name={name} bytes={what.bytes} policy={policy} document={document} />;
  if (what.kind === "receipt") return <ReceiptShown name={name} what={what} policy={policy} document={document} />;
  return null;
}

function PackageShown({ name, bytes, policy, document }: { name: string; bytes: Uint8Array; policy: Policy | undefined; document: Digests | null }) {
  const verdict = useMemo(() => verifyPackage(bytes, policy), [bytes, policy]);
  return <VerdictShown name={name} verdict={verdict} document={document} />;
}

/** A receipt names its ledger only: genesis and trail are the node's, and genesis is held against the receipt. */
function ReceiptShown({ name, what, policy, document }: { name: string; what: Opened & { kind: "receipt" }; policy: Policy | undefined; document: Digests | null }) {
  const w = words();
  const asked = useAsked(() => Promise.all([genesis(), trail()]), []);
  if (asked.refusal) return <RefusalBox refusal={asked.refusal} />;
  if (!asked.value) return <p role="status">{w.loading}</p>;
  const [founding, links] = asked.value;
  if (!sameChain(what.receipt, founding)) return <p class="box warn" role="status">{w.verify.otherChain}</p>;
  return <VerdictShown name={name} verdict={verifyReceipt(what.receipt, founding, links, policy)} document={document} />;
}

function VerdictShown({ name, verdict, document }: { name: string; verdict: Verdict; document: Digests | null }) {
  const w = words();
  return (
    <>
      <section class="card" aria-label={name}>
        <h2>{name}</h2>
        <Checks verdict={verdict} />
        {document && verdict.found && <DocumentMatch document={document} verdict={verdict} />}
      </section>
      {verdict.found && (
        <section class="card" aria-label={w.verify.says}>
          <h2>{w.verify.says}</h2>
          <Summary found={verdict.found} />
        </section>
      )}
    </>
  );
}

/** Whether the event names this very document. */
function DocumentMatch({ document, verdict }: { document: Digests; verdict: Verdict }) {
  const w = words();
  const body = verdict.found!.event.transaction.body;
  const named = body.kind === "sign" ? body.document : "content" in body ? body.content : null;
  if (!named) return <p class="box warn">{w.verify.noDocument}</p>;
  const same = [document.sm3, document.sha256].some((d) => hex(d) === hex(named));
  return (
    <p class={`box ${same ? "good" : "bad"}`} role="status">
      {same ? w.verify.same(document.name) : w.verify.different(document.name)}
    </p>
  );
}
