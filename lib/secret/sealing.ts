import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { LiveDashError } from "../errors.ts";
import { currentKey, type Keyed, keysOf, type SecretKey } from "./secret.ts";

/** How a sealed text begins. Behind it stands the id of the key and a dot; texts from before there were ids have none. */
export const SEALED_PREFIX = "sealed:v1:";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts a credential for the database (AES-256-GCM). `context` says whose it is: it opens nowhere else. */
export function seal(config: Keyed, context: string, text: string): string {
  const key = currentKey(config);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.derive("sealing"), nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `${sealedWith(key)}${sealed.toString("base64url")}`;
}

export function isSealed(text: string): boolean {
  return text.startsWith(SEALED_PREFIX);
}

/** How all begins that is sealed with this key. */
export function sealedWith(key: SecretKey): string {
  return `${SEALED_PREFIX}${key.id}.`;
}

/** @throws LiveDashError `seal_broken` if it was sealed with another secret, for something else, or changed; `no_secret` */
export function unseal(config: Keyed, context: string, sealed: string): string {
  currentKey(config);
  const [, keyId, text = ""] = /^sealed:v1:(?:([0-9a-f]{8})\.)?(.*)$/s.exec(sealed) ?? [];
  const bytes = Buffer.from(text, "base64url");
  for (const key of keysOf(config)) {
    const opened = keyId === undefined || keyId === key.id ? open(key, context, bytes) : undefined;
    if (opened !== undefined) return opened;
  }
  throw new LiveDashError(
    "seal_broken",
    "A stored credential cannot be decrypted because LIVEDASH_SECRET has changed. Restore the old secret (as LIVEDASH_SECRET_PREVIOUS, if you have replaced it), or enter the credential again.",
  );
}

function open(key: SecretKey, context: string, bytes: Buffer): string | undefined {
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(bytes.length - TAG_BYTES);
  try {
    const decipher = createDecipheriv("aes-256-gcm", key.derive("sealing"), nonce)
      .setAAD(Buffer.from(context))
      .setAuthTag(tag);
    const text = decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}
