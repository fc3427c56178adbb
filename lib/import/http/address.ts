import { FetchError } from "./FetchError.ts";

/** Basic credentials and the one origin that they may be sent to. */
export interface Credentials {
  origin: string;
  username: string;
  password: string;
}

/** @throws FetchError `fetch_refused_address` unless it is an http or https address, relative to `base` if given. */
export function parseAddress(text: string, base?: URL): URL {
  const url = URL.parse(text, base);
  if (url && (url.protocol === "http:" || url.protocol === "https:")) {
    // Whatever stands before the @ is for credentialsOf; fetch refuses such addresses.
    url.username = "";
    url.password = "";
    return url;
  }
  const fault = base
    ? "redirects to something that is not an http or https address"
    : "is not an http or https address";
  throw new FetchError("fetch_refused_address", base, fault);
}

/** The credentials for an address: those given, else those written into it before an @. */
export function credentialsOf(
  text: string,
  username?: string | null,
  password?: string | null,
): Credentials | undefined {
  const url = URL.parse(text);
  if (!url) return undefined;
  if (username) return { origin: url.origin, username, password: password ?? "" };
  if (url.username === "") return undefined;
  return { origin: url.origin, username: decode(url.username), password: decode(url.password) };
}

/** An address without what may stand before an @; a text that is no address as it is. */
export function withoutCredentials(text: string): string {
  const url = URL.parse(text);
  if (!url) return text;
  url.username = "";
  url.password = "";
  return url.href;
}

export function authorizationFor(url: URL, credentials: Credentials | undefined): string | undefined {
  if (!credentials || url.origin !== credentials.origin) return undefined;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
