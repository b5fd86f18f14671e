/**
 * A key that the SDKs accept. `pk_live_`, because with a development key they would first ask
 * for a development browser; the host inside only has to have a dot, since `proxyUrl` wins over it.
 */
export function publishableKeyFor(host: string): string {
  return `pk_live_${Buffer.from(`${host}$`).toString("base64")}`;
}
