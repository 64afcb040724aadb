// The validators as a row: who has signed the block, who voted later, who was not heard.

import { words } from "../words";

/** `absent`: no signature in the certificate, whatever else the validator said. */
export type VoteState = "waiting" | "signed" | "later" | "unheard" | "absent";

export interface Vote {
  validator: number;
  organisation: string;
  state: VoteState;
}

interface Props {
  votes: readonly Vote[];
  quorum: number;
}

export function Votes({ votes, quorum }: Props) {
  const w = words();
  const have = votes.filter((v) => v.state === "signed").length;
  return (
    <div class="votes">
      <p class="strong" role="status">
        {w.votes.quorum(have, quorum, votes.length)}
      </p>
      <ul class="vote-row">
        {votes.map((v) => (
          <li key={v.validator} class={`vote vote-${v.state}`}>
            <span class="vote-mark" aria-hidden="true" />
            <span class="vote-name">{v.organisation || w.votes.validator(v.validator)}</span>
            <span class="hint">{w.votes[v.state]}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
