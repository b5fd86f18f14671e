// From the import to the first answer, in a fresh process: prints the milliseconds.
const begin = performance.now();
const { startLocalFauna } = await import("@fauna-clerk/local");
const fauna = await startLocalFauna();
const { status } = await fetch(`${fauna.url}/ping`);
const end = performance.now();
if (status !== 200) throw new Error(`/ping answered ${status}.`);
console.log(end - begin);
await fauna.close();
