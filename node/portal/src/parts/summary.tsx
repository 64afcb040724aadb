// What a decoded package or receipt says, in the verifier's plain words.

import type { Case } from "../../../verifier/src/case.ts";
import { summary } from "../../../verifier/src/summary.ts";
import { language } from "../state";

export function Summary({ found }: { found: Case }) {
  const lang = language.value;
  return (
    <div class="summary">
      {summary(found).map((group) => (
        <div key={group.heading.en}>
          <h3>{group.heading[lang]}</h3>
          <dl class="facts">
            {group.lines.map((line, i) => (
              <div class="fact" key={i}>
                <dt>{line.label[lang]}</dt>
                <dd>{line.code ? <code>{line.value[lang]}</code> : line.value[lang]}</dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}
