import { JavaFault } from "./java-fault";

function fault(message: string): JavaFault {
  return new JavaFault(`java.lang.IllegalArgumentException: ${message}`);
}

/** Base 64 as Java's decoder reads it: strictly, but for padding that is left out. */
export function decodedBase64(text: string): Buffer {
  const [, body = "", padding = "", rest = ""] = /^([\w+/]*)(={0,2})([\s\S]*)$/.exec(text) ?? [];
  const digits = body.replace(/_[\s\S]*$/, "");
  if (text.length === 1) throw fault("Input byte[] should at least have 2 bytes for base64 bytes");
  const last = digits.length % 4;
  if (digits !== body) throw fault("Illegal base64 character 5f");
  if (last === 1) throw fault("Last unit does not have enough valid bits");
  if (padding && (last < 2 || last + padding.length !== 4))
    throw fault("Input byte array has wrong 4-byte ending unit");
  if (rest && padding)
    throw fault(`Input byte array has incorrect ending byte at ${digits.length + padding.length}`);
  if (rest) throw fault(`Illegal base64 character ${rest.charCodeAt(0).toString(16)}`);
  return Buffer.from(digits, "base64");
}
