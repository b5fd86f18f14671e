/**
 * Import this before clerk-js. Each of its instances refreshes its session token in the background, for as long as it
 * gets the lock for it; here nobody does, so that no instance outlives the page of its test.
 */
Object.defineProperty(navigator, "locks", {
  value: { request: () => new Promise(() => undefined) },
  configurable: true,
});
Object.defineProperty(globalThis, "isSecureContext", { value: true, configurable: true });
