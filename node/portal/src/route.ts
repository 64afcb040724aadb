// Which page is shown, as the fragment of the address: it works from any path and never reaches the server.

import { signal } from "@preact/signals";

export const PAGES = ["sign", "enrol", "login", "search", "replay", "verify", "network"] as const;
export type Page = (typeof PAGES)[number] | "matter" | "event";

export interface Route {
  page: Page;
  /** Matter or event number; empty elsewhere. */
  argument: string;
}

export const route = signal<Route>(parse(location.hash));

addEventListener("hashchange", () => {
  route.value = parse(location.hash);
});

export function parse(hash: string): Route {
  const [page = "", argument = ""] = hash.replace(/^#\/?/, "").split("/");
  const known = [...PAGES, "matter", "event"].find((p) => p === page) as Page | undefined;
  try {
    return { page: known ?? "sign", argument: decodeURIComponent(argument) };
  } catch {
    return { page: "sign", argument: "" };
  }
}

export function link(page: Page, argument = ""): string {
  return argument ? `#/${page}/${encodeURIComponent(argument)}` : `#/${page}`;
}

export function go(page: Page, argument = ""): void {
  location.hash = link(page, argument);
}
