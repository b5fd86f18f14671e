// After the bundle in Hermes: prints what the app shows, as soon as that is as it should be.
const { auth, token, expected } = globalThis.expoApp;
auth.getToken = () => Promise.resolve(token);
const tree = globalThis.expoApp.start("http://localhost:8443");

(function look(looks) {
  const { children } = tree.toJSON() ?? { children: [] };
  const shown = children.join("");
  if (shown !== expected && looks > 0) return void setTimeout(() => look(looks - 1), 1);
  globalThis.print(shown);
  tree.unmount();
})(10_000);
