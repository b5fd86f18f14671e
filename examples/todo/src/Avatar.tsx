import type { CSSProperties } from "react";

/** A person's initials in a colour of their own; the name itself stands beside it. */
export function Avatar({ name }: { name: string }) {
  const initials = name.split(" ").map((word) => word[0]);
  const hue = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0) * 7, 0) % 360;
  return (
    <span className="avatar" style={{ "--hue": hue } as CSSProperties} aria-hidden="true">
      {initials}
    </span>
  );
}
