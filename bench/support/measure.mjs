import process from "node:process";

/**
 * Runs the contenders in turns, so that whatever disturbs the machine disturbs them all, each round in another order.
 *
 * @param contenders - name → a function that does the work once, and may return another that clears up
 * @param before - what is waited for before each
 * @returns name → milliseconds of each round, on the clock and of the processor
 */
export async function inTurns(contenders, { rounds, warmUp, before = () => globalThis.gc?.() }) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, { clock: [], processor: [] }]));
  for (let round = -warmUp; round < rounds; round++) {
    const order = names.map((_, index) => names[(index + round + warmUp) % names.length]);
    for (const name of order) {
      await before();
      const [begin, used] = [performance.now(), process.cpuUsage()];
      const clearUp = await contenders[name]();
      const [end, { user, system }] = [performance.now(), process.cpuUsage(used)];
      await clearUp?.();
      if (round < 0) continue;
      times[name].clock.push(end - begin);
      times[name].processor.push((user + system) / 1000);
    }
  }
  return times;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/**
 * A line per contender: its median, and the median of the ratios of the first one's time to its own in each round, in
 * which a slow spell of the machine cancels out. Of processor time too, where that was measured.
 */
export function report(title, times, { per = 1, limit, peer, first: called = "ours" } = {}) {
  console.log(title);
  const [first, ...others] = Object.keys(times);
  const line = (name, more) =>
    console.log(`  ${name.padEnd(38)} ${(median(times[name].clock) / per).toFixed(3)} ms${more}`);
  const ratio = (name, kind) =>
    median(times[name][kind].map((time, round) => times[first][kind][round] / time)).toFixed(2);
  line(first, "");
  for (const name of others) {
    const bound = name === peer ? `at most ${limit.toFixed(2)}` : "";
    const processor = times[name].processor ? `processor ${ratio(name, "processor")}` : "";
    const more = [processor, bound].filter(Boolean).join(", ");
    line(name, `  ${called} ÷ this: ${ratio(name, "clock")}${more && ` (${more})`}`);
  }
}
