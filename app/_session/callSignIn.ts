"use client";

import type { Realm } from "../../lib/auth/actor.ts";
import { callApi, type Outcome } from "../_kit/callApi.ts";

/** The sign-in library's refusals, for people. What is not here has a sentence of our own already. */
const SENTENCES: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: "The address or the password is wrong.",
  INVALID_PASSWORD: "The password is wrong.",
  INVALID_CODE: "This code is not right. Codes change every half a minute and work once: wait for the next one.",
  INVALID_BACKUP_CODE: "This is not one of your backup codes, or it has been used.",
  INVALID_TWO_FACTOR_COOKIE: "Too long ago that you gave your password. Go back and sign in again.",
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: "Too many wrong codes. Go back and sign in again.",
  ACCOUNT_TEMPORARILY_LOCKED: "Too many wrong codes. Try again in a quarter of an hour.",
  TOTP_ALREADY_ENABLED: "A second factor is set up already. Open this page again.",
  UNAUTHORIZED: "You are signed out. Sign in again, then come back to this.",
  http_429: "Too many tries in a short time. Wait a minute, then try again.",
};

/** Makes a call of the sign-in for a page. */
export async function callSignIn<T = unknown>(
  realm: Realm,
  path: `/${string}`,
  options: Parameters<typeof callApi>[1] = {},
): Promise<Outcome<T>> {
  const outcome = await callApi<T>(`/api/auth/${realm}${path}`, options);
  return outcome.ok ? outcome : { ...outcome, message: SENTENCES[outcome.code] ?? outcome.message };
}
