import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

const BYTES = 32;
/** Cheap: a local Fauna guards nothing, but a file that it keeps should not show a password. */
const COST = { N: 1024 };

const hash = (password: string, salt: Buffer): Buffer => scryptSync(password, salt, BYTES, COST);

/** What is kept of a password. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return [salt, hash(password, salt)].map((part) => part.toString("base64")).join(":");
}

export function passwordFits(password: string, kept: string): boolean {
  const [salt = "", expected = ""] = kept.split(":");
  const found = hash(password, Buffer.from(salt, "base64"));
  return timingSafeEqual(found, Buffer.from(expected, "base64"));
}
