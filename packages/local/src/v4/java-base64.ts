import { JavaFault } from "./java-fault";

function fault(message: string): JavaFault {
  return new JavaFault(`java.lang.IllegalArgumentException: ${message}`);
}

const DIGIT = /^[A-Za-z0-9+/_-]$/;

/** A character as the byte that Java has of it, which has a sign. */
function byteOf(char: string): number {
  const code = char.charCodeAt(0);
  if (code > 0xff) return "?".charCodeAt(0);
  return code > 0x7f ? code - 0x100 : code;
}

/** Base 64 in either alphabet as Java's decoder reads it: strictly, but for padding that is left out. */
export function decodedBase64(text: string): Buffer {
  if (text.length === 1) throw fault("Input byte[] should at least have 2 bytes for base64 bytes");
  const end = [...text].findIndex((char) => !DIGIT.test(char));
  const digits = end < 0 ? text : text.slice(0, end);
  const next = text[digits.length];
  if (next !== undefined && next !== "=")
    throw fault(`Illegal base64 character ${byteOf(next).toString(16)}`);
  const last = digits.length % 4;
  const padding = next === undefined ? 0 : last === 2 ? 2 : 1;
  const isWhole = text.slice(digits.length).startsWith("=".repeat(padding));
  if (padding && (last === 0 || !isWhole))
    throw fault("Input byte array has wrong 4-byte ending unit");
  if (last === 1) throw fault("Last unit does not have enough valid bits");
  const length = digits.length + padding;
  if (length < text.length) throw fault(`Input byte array has incorrect ending byte at ${length}`);
  return Buffer.from(digits, "base64url");
}
