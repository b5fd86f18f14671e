/**
 * Import this before clerk-js. Its instances tell each other over a BroadcastChannel that a user
 * signed out, as tabs of one site should; the tests of one file are no such tabs, and instances of
 * finished tests would ask their closed local servers.
 */
Reflect.deleteProperty(globalThis, "BroadcastChannel");
