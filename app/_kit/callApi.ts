"use client";

import { reasonInWords } from "../_words/labels.ts";
import { askWhoItIs } from "./askWhoItIs.ts";

/** What a call came to: its answer, or a sentence that says why not. */
export type Outcome<T> = { ok: true; answer: T } | { ok: false; code: string; message: string };

/**
 * Calls our own API from a page; a refusal and a lost connection become sentences alike. What needs the second factor once
 * more asks for it, and is then repeated.
 */
export async function callApi<T = unknown>(
  path: string,
  options: { method?: "GET" | "POST" | "PATCH" | "DELETE"; body?: unknown } = {},
): Promise<Outcome<T>> {
  const outcome = await callOnce<T>(path, options);
  if (outcome.ok || outcome.code !== "second_factor_needed") return outcome;
  const realm = /^\/api\/(?:auth\/)?company\//.test(path) ? "company" : "platform";
  if (await askWhoItIs(realm)) return callOnce<T>(path, options);
  return { ...outcome, message: "Nothing has been changed, because you have not confirmed that it is you." };
}

async function callOnce<T>(path: string, options: Parameters<typeof callApi>[1] = {}): Promise<Outcome<T>> {
  const { method = "POST", body = {} } = options;
  try {
    const reply = await fetch(path, {
      method,
      headers: { Accept: "application/json", ...(method === "GET" ? {} : { "Content-Type": "application/json" }) },
      ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
    });
    return outcomeOf<T>(await reply.json(), reply.status);
  } catch {
    const message = "LiveDash did not respond. Check your connection and try again. Nothing will be done twice.";
    return { ok: false, code: "unreachable", message };
  }
}

/** What an answer in JSON comes to. The API holds its answers to their schemas, so `T` is taken at its word. */
export function outcomeOf<T>(answer: unknown, status: number): Outcome<T> {
  return status === 200 || status === 202
    ? { ok: true, answer: answer as T }
    : { ok: false, ...refusalOf(answer, status) };
}

/** Our own refusals stand under `error`, those of the sign-in library at the top. */
function refusalOf(answer: unknown, status: number): { code: string; message: string } {
  const top = isRecord(answer) ? answer : {};
  const { code, message } = isRecord(top.error) ? top.error : top;
  if (code === "unauthenticated") return { code, message: "You have been signed out. Sign in again, then retry." };
  if (typeof code === "string" && typeof message === "string") {
    return { code, message: reasonInWords({ code, message }) };
  }
  return { code: `http_${status}`, message: `LiveDash answered with status ${status}.` };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
