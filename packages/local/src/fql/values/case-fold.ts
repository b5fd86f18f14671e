/** A text without what differs in case alone: `ß` is `ss`, and a sigma the same wherever it stands. */
export function caseFolded(text: string): string {
  const fold = (char: string): string => {
    const upper = char.toUpperCase();
    return (upper.length > char.length ? upper : char).toLowerCase().replace("ς", "σ");
  };
  return Array.from(text.normalize("NFKC"), fold).join("").normalize("NFKC");
}
