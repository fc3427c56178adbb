"use client";

import type { Realm } from "../../lib/auth/actor.ts";
import { callApi, type Outcome } from "../_kit/callApi.ts";

/** The sign-in library's refusals, for people. What is not here has a sentence of our own already. */
const SENTENCES: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: "The email address or password is wrong.",
  INVALID_PASSWORD: "The password is wrong.",
  INVALID_CODE: "This code is wrong. Codes change every 30 seconds and work only once. Wait for the next one.",
  INVALID_BACKUP_CODE: "This is not one of your backup codes, or it has already been used.",
  INVALID_TWO_FACTOR_COOKIE: "Your sign-in has timed out. Go back and sign in again.",
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: "Too many wrong codes. Go back and sign in again.",
  ACCOUNT_TEMPORARILY_LOCKED: "Too many wrong codes. Try again in 15 minutes.",
  TOTP_ALREADY_ENABLED: "Two-factor authentication is already set up. Reload this page.",
  UNAUTHORIZED: "You have been signed out. Sign in again, then come back here.",
  http_429: "Too many attempts. Wait a minute, then try again.",
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
