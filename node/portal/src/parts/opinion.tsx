// The model's findings in words: grade, band, remarks. The words keep to what the numbers say; nobody "is" the writer.

import { Band, Grade } from "../gen/chirograph/v1/ledger_pb";
import { words } from "../words";

/** The names, by bit, as proto/src/flags.rs has them. */
const FLAG_NAMES = [
  "SYNTHETIC", "NO_PRESSURE", "SAMPLES_LOST", "TIME_REPEATED", "SLOW_RATE", "EVEN_SPEED", "UNKNOWN_SCALE",
  "UNTRUSTED_SAMPLES", "OUTSIDE_VALIDATED", "FEW_REFERENCES", "TOO_LIKE_A_REFERENCE", "MACHINE_MADE", "REPLAY",
  "INCOMPLETE", "MERGED", "CLOCK_TAMPERED", "TOO_FEW_SESSIONS", "TEMPLATE_OLD",
];

export function flagNames(flags: number): string[] {
  return FLAG_NAMES.filter((_, bit) => (flags >>> bit) & 1);
}

interface Findings {
  band: Band;
  grade: Grade;
  flags: number;
  llrMillibans?: number | undefined;
}

export function Opinion({ band, grade, flags, llrMillibans }: Findings) {
  const w = words();
  const bandName = (Band[band] ?? "").toLowerCase();
  const gradeName = Grade[grade] ?? "";
  const remarks = flagNames(flags);
  const sign = (llrMillibans ?? 0) >= 0 ? "+" : "−";
  return (
    <div class="opinion">
      <dl class="facts">
        <dt>{w.opinion.grade}</dt>
        <dd>
          <span class={`grade grade-${gradeName}`}>{gradeName}</span> {w.opinion.grades[gradeName]}
        </dd>
        <dt>{w.opinion.band}</dt>
        <dd>
          <span class={`band band-${bandName}`}>{w.opinion.bands[bandName]}</span>
        </dd>
        {llrMillibans !== undefined && (
          <>
            <dt>{w.opinion.llr}</dt>
            <dd>{w.opinion.llrText(`${sign}${(Math.abs(llrMillibans) / 1000).toFixed(2)}`)}</dd>
          </>
        )}
        <dt>{w.opinion.flags}</dt>
        <dd>
          {remarks.length === 0 ? w.opinion.noFlags : (
            <ul class="plain">
              {remarks.map((name) => (
                <li key={name}>{w.flags[name] ?? name}</li>
              ))}
            </ul>
          )}
        </dd>
      </dl>
      <p class="hint">{w.opinion.notExpert}</p>
    </div>
  );
}
