import { useSyncExternalStore } from "react";

/** Whether this render is a server's, or the browser's that takes over a server's HTML. */
export const useIsServed = (): boolean => useSyncExternalStore(never, no, yes);

const never = (): (() => void) => () => {};
const yes = (): boolean => true;
const no = (): boolean => false;
