import { ServerFault } from "../errors";

function fault(message: string): ServerFault {
  return new ServerFault(`java.lang.IllegalArgumentException: ${message}`);
}

/** Java's decoder takes padding only where some is due, and nothing after it. */
function check(text: string): void {
  if (text.length === 1) throw fault("Input byte[] should at least have 2 bytes for base64 bytes");
  const data = /^[A-Za-z0-9+/]*/.exec(text)![0].length;
  const open = data % 4;
  if (data === text.length) {
    if (open === 1) throw fault("Last unit does not have enough valid bits");
    return;
  }
  const next = text[data]!;
  if (next !== "=") {
    const code = next.charCodeAt(0) > 255 ? "3f" : next.charCodeAt(0).toString(16);
    throw fault(`Illegal base64 character ${code}`);
  }
  const padding = open === 2 ? 2 : open === 3 ? 1 : 0;
  if (!padding || text.slice(data, data + padding) !== "=".repeat(padding))
    throw fault("Input byte array has wrong 4-byte ending unit");
  const rest = text.slice(data + padding);
  if (rest) throw fault(`Input byte array has incorrect ending byte at ${data + padding}`);
}

/** Reads Base64 as Java does, and writes it as it is shown. */
export function decodeBase64(text: string): string {
  check(text);
  return Buffer.from(text, "base64").toString("base64");
}
