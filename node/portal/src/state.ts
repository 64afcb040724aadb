// What the whole page shares: language, theme, the operator's key and the writings of this visit. Language and theme are
// remembered by the browser; keys and writings are in memory only and gone with the page.

import { effect, signal } from "@preact/signals";
import type { StrokePacket } from "./canonical/packet";
import type { Key } from "./crypto/key";

export type Language = "zh" | "en";
export type Theme = "system" | "light" | "dark";

/** An organisation that submits, with its key. */
export interface Operator {
  organisation: string;
  /** As the ledger has it; null for an organisation that was named by hand. */
  role: string | null;
  key: Key;
}

/** A packet that can be looked at again. */
export interface Writing {
  title: string;
  packet: StrokePacket;
}

export const language = signal<Language>(remembered("language", ["zh", "en"]) ?? browserLanguage());
export const theme = signal<Theme>(remembered("theme", ["system", "light", "dark"]) ?? "system");
export const operator = signal<Operator | null>(null);
export const writings = signal<readonly Writing[]>([]);

const WRITINGS_MAX = 32;

/** Keeps a writing for the replay page, the newest first. */
export function keep(writing: Writing): void {
  writings.value = [writing, ...writings.value].slice(0, WRITINGS_MAX);
}

/** Follows language and theme for as long as the page lives. */
export function applyPreferences(): void {
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
    remember("language", language.value);
  });
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    remember("theme", theme.value);
  });
}

function browserLanguage(): Language {
  return navigator.languages[0]?.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** A browser may forbid storage; then the page starts with its defaults each time. */
function remembered<T extends string>(name: string, values: readonly T[]): T | null {
  try {
    const value = localStorage.getItem(`chirograph.${name}`);
    return values.find((v) => v === value) ?? null;
  } catch {
    return null;
  }
}

function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`chirograph.${name}`, value);
  } catch {
    // Nothing is lost but the preference.
  }
}
