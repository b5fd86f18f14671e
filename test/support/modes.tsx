import { StrictMode, type ReactNode } from "react";

/** One way to mount a tree. */
export interface Mode {
  readonly mode: string;
  readonly wrap: (children: ReactNode) => ReactNode;
}

/** For `describe.each`: every hook has to do the same in StrictMode, which mounts twice. */
export const modes: readonly Mode[] = [
  { mode: "plainly", wrap: (children) => children },
  { mode: "in StrictMode", wrap: (children) => <StrictMode>{children}</StrictMode> },
];
