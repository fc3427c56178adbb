import type { Realm } from "../../lib/auth/actor.ts";

export const HOME: Readonly<Record<Realm, string>> = { platform: "/platform", company: "/dashboard" };

/** Stands for whatever address the console is reached by. */
const OURS = "http://console.invalid";
/** The pages that a sign-in may lead on to. */
const PAGES = /^\/(?:platform|dashboard|account)(?:\/|$)/;

/** The kind of people that a page is for, from its address. */
export function realmOf(search: { realm?: string | string[] | undefined }): Realm {
  return search.realm === "company" ? "company" : "platform";
}

/** The sign-in of these people, with the page to go on to; their home needs no mention. */
export function signInAddress(realm: Realm, next: string | null = null): string {
  const page = safeNext(next);
  return withQuery("/sign-in", realm, page === HOME[realm] ? undefined : page);
}

/** Where somebody who has forgotten their password asks for a link. */
export function forgottenAddress(realm: Realm): string {
  return withQuery("/sign-in/forgotten", realm);
}

export function setUpAddress(realm: Realm): string {
  return withQuery("/account/set-up", realm);
}

export function accountAddress(realm: Realm): string {
  return withQuery("/account", realm);
}

/** A page of this console to go on to; undefined for what would lead elsewhere, or nowhere. */
export function safeNext(next: unknown): string | undefined {
  const url = typeof next === "string" && next.startsWith("/") ? URL.parse(next, OURS) : null;
  if (url?.origin !== OURS || !PAGES.test(url.pathname)) return undefined;
  // Next's own mark on addresses that it fetches for a page already open.
  url.searchParams.delete("_rsc");
  return url.pathname + url.search;
}

function withQuery(path: string, realm: Realm, next?: string): string {
  const query = new URLSearchParams();
  if (realm === "company") query.set("realm", realm);
  if (next) query.set("next", next);
  return query.size === 0 ? path : `${path}?${query}`;
}
