/** Length of a frame in ms. */
const FRAME = 16;

const waiting = new Set<() => void>();
let isOver = true;

/**
 * Calls `work` at once, or, if something was called less than a frame ago, together with all else that waits by then: what
 * comes alone is shown without delay, what comes in bursts once a frame. Timers, because a hidden page has no frames.
 */
export function onFrame(work: () => void): void {
  waiting.add(work);
  if (isOver) draw();
}

function draw(): void {
  const works = [...waiting];
  waiting.clear();
  isOver = works.length === 0;
  if (!isOver) setTimeout(draw, FRAME);
  for (const work of works) work();
}
