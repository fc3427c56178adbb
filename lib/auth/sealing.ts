import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { Config } from "../config.ts";
import { LiveDashError } from "../errors.ts";
import { deriveKey } from "./secret.ts";

/** How a sealed text begins. */
export const SEALED_PREFIX = "sealed:v1:";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

type Keyed = Pick<Config, "LIVEDASH_SECRET">;

/** Encrypts a credential for the database (AES-256-GCM). `context` says whose it is: it opens nowhere else. */
export function seal(config: Keyed, context: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", deriveKey(config, "sealing"), nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return SEALED_PREFIX + sealed.toString("base64url");
}

export function isSealed(text: string): boolean {
  return text.startsWith(SEALED_PREFIX);
}

/** @throws LiveDashError `seal_broken` if it was sealed with another secret, for something else, or changed */
export function unseal(config: Keyed, context: string, sealed: string): string {
  const bytes = Buffer.from(sealed.slice(SEALED_PREFIX.length), "base64url");
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(bytes.length - TAG_BYTES);
  try {
    const decipher = createDecipheriv("aes-256-gcm", deriveKey(config, "sealing"), nonce)
      .setAAD(Buffer.from(context))
      .setAuthTag(tag);
    const text = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch (cause) {
    if (cause instanceof LiveDashError) throw cause;
    throw new LiveDashError(
      "seal_broken",
      "A stored credential cannot be decrypted because LIVEDASH_SECRET has changed. Restore the old secret, or enter the credential again.",
    );
  }
}
