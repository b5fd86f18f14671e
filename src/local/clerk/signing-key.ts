import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from "jose";
import { randomId } from "./ids";

/** The RSA key of one stand-in: signs its tokens and publishes what verifies them. */
export class SigningKey {
  readonly #privateKey: CryptoKey;
  /** The body of `/.well-known/jwks.json`. */
  readonly jwks: { keys: JWK[] };
  readonly #keyId: string;

  private constructor(privateKey: CryptoKey, publicKey: JWK, keyId: string) {
    this.#privateKey = privateKey;
    this.#keyId = keyId;
    this.jwks = { keys: [{ ...publicKey, kid: keyId, alg: "RS256", use: "sig" }] };
  }

  static async generate(): Promise<SigningKey> {
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    return new SigningKey(privateKey, await exportJWK(publicKey), randomId("ins"));
  }

  sign(claims: JWTPayload): Promise<string> {
    const header = { alg: "RS256", kid: this.#keyId, typ: "JWT" };
    return new SignJWT(claims).setProtectedHeader(header).sign(this.#privateKey);
  }
}
