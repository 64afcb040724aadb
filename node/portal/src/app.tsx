// The frame around every page: navigation, language, colours. Moving to a page puts the focus on its heading, so that a
// screen reader says where one is.

import { useEffect, useRef } from "preact/hooks";
import { EnrolPage } from "./pages/enrol";
import { EventPage } from "./pages/event";
import { LoginPage } from "./pages/login";
import { MatterPage } from "./pages/matter";
import { NetworkPage } from "./pages/network";
import { ReplayPage } from "./pages/replay";
import { SearchPage } from "./pages/search";
import { SignPage } from "./pages/sign";
import { VerifyPage } from "./pages/verify";
import { type Page, PAGES, link, route } from "./route";
import { type Theme, language, theme } from "./state";
import { words } from "./words";

export function App() {
  const w = words();
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        {w.skip}
      </a>
      <header class="top">
        <a class="brand" href={link("sign")}>
          <img src="/icon.svg" alt="" width="30" height="30" />
          <span>
            <strong>{w.product}</strong>
            <small>{w.tagline}</small>
          </span>
        </a>
        <nav aria-label={w.navigation}>
          {PAGES.map((page) => (
            <a key={page} href={link(page)} aria-current={current(page) ? "page" : undefined}>
              {w.pages[page]}
            </a>
          ))}
        </nav>
        <Preferences />
      </header>
      <Main />
      <footer>
        <a href="/licences.txt">{w.licences}</a>
      </footer>
    </>
  );
}

/** A matter and an event are reached by searching. */
function current(page: Page): boolean {
  const shown = route.value.page;
  return shown === page || (page === "search" && (shown === "matter" || shown === "event"));
}

function toMain(e: Event): void {
  e.preventDefault();
  document.getElementById("main")?.focus();
}

function Preferences() {
  const w = words();
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <div class="preferences">
      <button type="button" class="quiet" lang={other === "zh" ? "zh-CN" : "en"} aria-label={w.language.otherName} onClick={() => (language.value = other)}>
        {w.language.other}
      </button>
      <select aria-label={w.theme.label} value={theme.value} onChange={(e) => (theme.value = e.currentTarget.value as Theme)}>
        <option value="system">{w.theme.system}</option>
        <option value="light">{w.theme.light}</option>
        <option value="dark">{w.theme.dark}</option>
      </select>
    </div>
  );
}

function Main() {
  const main = useRef<HTMLElement>(null);
  const { page, argument } = route.value;
  const first = useRef(true);
  useEffect(() => {
    const name = words().pages[page];
    document.title = `${argument ? `${name} ${argument}` : name} · ${words().product}`;
    if (!first.current) main.current?.focus();
    first.current = false;
  }, [page, argument, language.value]);
  return (
    <main id="main" tabIndex={-1} ref={main}>
      <Shown key={`${page}/${argument}`} page={page} argument={argument} />
    </main>
  );
}

function Shown({ page, argument }: { page: Page; argument: string }) {
  switch (page) {
    case "sign":
      return <SignPage />;
    case "enrol":
      return <EnrolPage />;
    case "login":
      return <LoginPage />;
    case "search":
      return <SearchPage />;
    case "replay":
      return <ReplayPage />;
    case "verify":
      return <VerifyPage />;
    case "network":
      return <NetworkPage />;
    case "matter":
      return <MatterPage matter={argument} />;
    case "event":
      return <EventPage name={argument} />;
  }
}
