import { useState } from "react";

import type { Identity } from "../auth/identity";

/**
 * The last identity that was certain. Clerk says "loading" for a moment while it changes sessions; the screen stays
 * as it is until it says who is signed in. Derived during render, so that no frame shows the identity before.
 */
export function useSettledIdentity(incoming: Identity): Identity {
  const [settled, setSettled] = useState(incoming);
  if (incoming.status === "loading" || incoming.key === settled.key) return settled;
  setSettled(incoming);
  return incoming;
}
