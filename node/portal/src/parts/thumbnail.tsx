// A small picture of a writing.

import { useEffect, useRef } from "preact/hooks";
import type { Captured } from "../node/submit";
import { theme } from "../state";
import { context, draw, fitted, wipe } from "./ink";

export function Thumbnail({ captured, label }: { captured: Captured; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current!;
    const c = context(element);
    const { width, height } = element.getBoundingClientRect();
    const points = fitted(captured.samples, captured.device.pressureLevels, width, height, 8);
    wipe(c);
    points.forEach((point, i) => draw(c, points[i - 1], point));
  }, [captured, theme.value]);
  return <canvas ref={canvas} class="thumbnail" role="img" aria-label={label} />;
}
