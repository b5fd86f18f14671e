/** Length in ms of a frame where nothing is drawn. */
const FRAME = 16;
/** After how many ms a frame will not come. */
const LATE = 250;

const waiting = new Set<() => void>();
let isDrawing = false;

/**
 * Calls `work` at once, or, if something was called in this frame already, in the next: what comes in bursts is shown once
 * a frame, and what comes alone without delay.
 */
export function onFrame(work: () => void): void {
  waiting.add(work);
  if (!isDrawing) draw();
}

function draw(): void {
  isDrawing = waiting.size > 0;
  if (!isDrawing) return;
  nextFrame(draw);
  const works = [...waiting];
  waiting.clear();
  for (const work of works) work();
}

/** A hidden page draws no frames, and one that was hidden after it asked for a frame gets none until it is shown. */
function nextFrame(work: () => void): void {
  const isShown = typeof document !== "undefined" && document.visibilityState === "visible";
  const timer = setTimeout(end, isShown ? LATE : FRAME);
  const frame = isShown && requestAnimationFrame(end);
  function end(): void {
    clearTimeout(timer);
    if (frame) cancelAnimationFrame(frame);
    work();
  }
}
