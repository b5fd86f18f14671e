import { expect, test } from "vitest";

import { eventually } from "../support/eventually";
import { programAt, startTied } from "./support/tied-process";

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("a program that is stopped takes with it what it has started", async () => {
  const tied = startTied("sh", ["-c", "sleep 1000 & echo started $!; wait"]);
  const [, pid] = await tied.prints(/started (\d+)/);
  expect(isAlive(Number(pid))).toBe(true);
  await tied.stop();
  await eventually(() => expect(isAlive(Number(pid))).toBe(false));
});

test("who waits for what a program prints hears of its end", async () => {
  const tied = startTied("sh", ["-c", "echo not that"]);
  await expect(tied.prints(/this/)).rejects.toThrow("not that");
  await tied.stop();
});

test("a browser that is missing is an error that names its package", () => {
  expect(() => programAt("NOT_SET", "/nowhere/firefox-esr", "firefox-esr")).toThrow(
    "There is no /nowhere/firefox-esr: apt-get install firefox-esr, or set NOT_SET.",
  );
});
