// A pen for a headless browser: writes a recorded synthetic signature through the browser's own input pipeline, with the
// recording's own times, pressure and tilt. The browser marks such input as automated, and so does the portal.

import { readFileSync } from "node:fs";

/** Reports of an InkML file as `chirograph packet synthetic` writes it: x, y upward, ms, pressure, azimuth, altitude. */
export function readInkml(path) {
  const text = readFileSync(path, "utf8");
  const levels = Number(/name="F"[^>]*max="(\d+)"/.exec(text)[1]);
  return [...text.matchAll(/<trace type="(\w+)"[^>]*>([^<]+)<\/trace>/g)].flatMap(([, type, body]) =>
    body
      .trim()
      .split(",")
      .map((report) => {
        const [x, y, ms, force, azimuth, altitude] = report.trim().split(/\s+/).map(Number);
        return { x, y, ms, force: force / levels, azimuth, altitude, down: type === "penDown" };
      }),
  );
}

/** Fits a writing into a box, as large as it goes. */
function placed(reports, box) {
  const xs = reports.map((r) => r.x);
  const ys = reports.map((r) => r.y);
  const [left, top] = [Math.min(...xs), Math.max(...ys)];
  const scale = Math.min((box.width - 40) / (Math.max(...xs) - left), (box.height - 40) / (top - Math.min(...ys)));
  return reports.map((r) => ({ ...r, x: box.x + 20 + (r.x - left) * scale, y: box.y + 20 + (top - r.y) * scale }));
}

/** Tilt to the right and toward the writer, degrees, from azimuth (clockwise from up) and altitude. */
function tilts({ azimuth, altitude }) {
  const rad = Math.PI / 180;
  const slope = 1 / Math.tan(altitude * rad);
  const tilt = (part) => Math.round(Math.atan(part * slope) / rad);
  return { tiltX: tilt(Math.sin(azimuth * rad)), tiltY: tilt(-Math.cos(azimuth * rad)) };
}

/** Writes `reports` into the element, and waits until the page has seen all of it. */
export async function write(page, selector, reports, pointerType = "pen") {
  const element = page.locator(selector);
  await element.scrollIntoViewIfNeeded();
  const session = await page.context().newCDPSession(page);
  const start = Date.now() / 1000;
  let down = false;
  const sent = [];
  for (const r of placed(reports, await element.boundingBox())) {
    const type = r.down === down ? "mouseMoved" : r.down ? "mousePressed" : "mouseReleased";
    down = r.down;
    const event = { type, x: r.x, y: r.y, timestamp: start + r.ms / 1000, pointerType, buttons: down ? 1 : 0, clickCount: 1 };
    const pen = pointerType === "pen" ? { force: r.force, ...tilts(r) } : {};
    const button = type === "mouseMoved" ? (down ? "left" : "none") : "left";
    sent.push(session.send("Input.dispatchMouseEvent", { ...event, ...pen, button }));
    // In the time that the hand took; a few at once, so that the browser coalesces some, but not over a stroke's end.
    if (type !== "mouseMoved" || sent.length % 4 === 0) await Promise.all(sent.splice(0));
    const early = start * 1000 + r.ms - Date.now();
    if (early > 20) await new Promise((wake) => setTimeout(wake, early));
  }
  await Promise.all(sent);
  await session.detach();
}
