// The page's own script as text, so that a worker can be made of it: the page is one file and may load no other. It must be
// read while the script runs for the first time.

/** Empty inside a worker, which makes no others. */
export const OWN_SCRIPT = typeof document === "undefined" ? "" : (document.currentScript?.textContent ?? "");
