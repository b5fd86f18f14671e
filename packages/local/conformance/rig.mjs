// A database on a running Fauna server, with an access provider whose JWKS we serve. Loopback only.
import http from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

export async function issuer(port = 0) {
  const keys = {};
  const jwks = { keys: [] };
  for (const kid of ["k1", "k2"]) {
    const p = await generateKeyPair("RS256", { extractable: true });
    keys[kid] = p.privateKey;
    jwks.keys.push({ ...(await exportJWK(p.publicKey)), kid, alg: "RS256", use: "sig" });
  }
  const stranger = await generateKeyPair("RS256");
  const ec = await generateKeyPair("ES256");
  jwks.keys.push({ ...(await exportJWK(ec.publicKey)), kid: "ec", alg: "ES256", use: "sig" });
  const server = http.createServer((q, r) => {
    r.setHeader("content-type", "application/json");
    r.end(JSON.stringify(jwks));
  });
  await new Promise((r) => server.listen(port, "127.0.0.1", r));
  const p = server.address().port;
  const url = `https://localhost:${p}`;
  const now = () => Math.floor(Date.now() / 1000);
  async function sign(claims, { kid = "k1", alg = "RS256", key } = {}) {
    const iat = now();
    const c = { iss: url, iat, nbf: iat - 5, exp: iat + 3600, ...claims };
    for (const k of Object.keys(c)) if (c[k] === undefined) delete c[k];
    return new SignJWT(c)
      .setProtectedHeader({ alg, typ: "JWT", ...(kid ? { kid } : {}) })
      .sign(key ?? (alg === "ES256" ? ec.privateKey : (keys[kid] ?? stranger.privateKey)));
  }
  return { url, sign, keys, stranger: stranger.privateKey, now, close: () => server.close(), jwks };
}
