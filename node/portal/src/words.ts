// The sentences of the language in use. Reading them inside a component makes it follow a switch of language.

import { language } from "./state";
import { type Words, en } from "./words/en";
import { zh } from "./words/zh";

export function words(): Words {
  return language.value === "zh" ? zh : en;
}

/** A moment as people of that language write it, with seconds and the time zone. */
export function moment(ms: number): string {
  const locale = language.value === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }).format(new Date(ms));
}

export function count(n: number | bigint): string {
  return n.toLocaleString(language.value === "zh" ? "zh-CN" : "en-GB");
}
