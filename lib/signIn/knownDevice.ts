import { hash, randomBytes } from "node:crypto";
import type { Call } from "./signInRecorder.ts";

const YEAR_SECONDS = 365 * 86_400;

/**
 * The device that calls, if this address has signed in with it before (OWASP, "device cookies"). The cookie is signed and
 * belongs to one address. It signs nobody in: it gives wrong passwords a count of their own.
 */
export async function knownDevice(call: Call, email: string): Promise<string | undefined> {
  const value = await call.getSignedCookie(cookieOf(call).name, call.context.secret);
  const [device, owner] = value ? value.split(".") : [];
  return owner === hashOf(email) ? device : undefined;
}

/** Remembers, after a sign-in, that this address has signed in with the device. Each time it is a new one. */
export async function rememberDevice(call: Call, email: string): Promise<void> {
  const { name, attributes } = cookieOf(call);
  const value = `${randomBytes(18).toString("base64url")}.${hashOf(email)}`;
  await call.setSignedCookie(name, value, call.context.secret, attributes);
}

function cookieOf(call: Call) {
  return call.context.createAuthCookie("device", { maxAge: YEAR_SECONDS });
}

function hashOf(email: string): string {
  return hash("sha256", email.trim().toLowerCase(), "base64url");
}
