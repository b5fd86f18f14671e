import {
  exportJWK,
  generateKeyPair,
  SignJWT,
  type GenerateKeyPairResult,
  type JWK,
  type JWTPayload,
} from "jose";
import { randomId } from "./ids";

// Making an RSA key takes up to 0.3 s, so the local servers of one process share it; no two share a key id.
let keyPair: Promise<GenerateKeyPairResult> | undefined;

/** Signs the tokens of one local Clerk and publishes what verifies them. */
export class SigningKey {
  readonly #privateKey: CryptoKey;
  readonly #keyId: string = randomId("ins");
  /** The body of `/.well-known/jwks.json`. */
  readonly jwks: { keys: JWK[] };

  private constructor(privateKey: CryptoKey, publicKey: JWK) {
    this.#privateKey = privateKey;
    this.jwks = { keys: [{ ...publicKey, kid: this.#keyId, alg: "RS256", use: "sig" }] };
  }

  static async create(): Promise<SigningKey> {
    const { privateKey, publicKey } = await (keyPair ??= generateKeyPair("RS256"));
    return new SigningKey(privateKey, await exportJWK(publicKey));
  }

  sign(claims: JWTPayload): Promise<string> {
    const header = { alg: "RS256", kid: this.#keyId, typ: "JWT" };
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#privateKey);
  }
}
