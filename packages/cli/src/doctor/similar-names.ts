/** Names that may have been meant by another: the same letters, one within the other, or up to two typing errors. */
export function similarNames(wanted: string, names: readonly string[]): string[] {
  const letters = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const wantedLetters = letters(wanted);
  return names.filter((name) => {
    const candidate = letters(name);
    const contained = candidate.length > 2 && wantedLetters.includes(candidate);
    return (
      contained || candidate.includes(wantedLetters) || distance(wantedLetters, candidate) <= 2
    );
  });
}

/** Levenshtein's: how many letters have to be added, taken away or replaced. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(to).entries())
      next.push(
        Math.min(at(row, j) + Number(letter !== other), at(row, j + 1) + 1, at(next, j) + 1),
      );
    row = next;
  }
  return at(row, to.length);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Infinity;
