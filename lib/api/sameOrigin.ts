import type { Config } from "../config.ts";
import { RefusedError } from "./errors.ts";

/**
 * Refuses a call that another site has made a browser send with its cookies (CSRF). Browsers say where a call comes from
 * in Sec-Fetch-Site, older ones in Origin; who sends neither is no browser.
 * @throws RefusedError `foreign_origin`
 */
export function assertSameOrigin(headers: Headers, config: Pick<Config, "PUBLIC_URL">): void {
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  const siteIsOurs = site === null || site === "same-origin" || site === "none";
  if (siteIsOurs && (origin === null || isOurs(origin, headers.get("host"), config))) return;
  throw new RefusedError("foreign_origin", "This call came from another site.");
}

function isOurs(origin: string, host: string | null, config: Pick<Config, "PUBLIC_URL">): boolean {
  if (config.PUBLIC_URL) return URL.parse(origin)?.origin === URL.parse(config.PUBLIC_URL)?.origin;
  return URL.parse(origin)?.host === host;
}
