import { isIP } from "node:net";
import { ApiError } from "../errors.ts";
import type { Call } from "./call.ts";

/** The host it listens at, and what it may be called by besides. */
interface Names {
  host: string;
  allowedHosts: readonly string[];
}

/**
 * Refuses what a page in somebody's browser sends. Its own name may be made to point here (DNS rebinding), so a name has to be
 * one of ours; an address cannot be made to. The control routes, which need no key, are for programs alone: no other origin.
 * @throws ApiError 403 `host_not_allowed`, `foreign_origin`
 */
export function refuseStrangers(call: Call, { host, allowedHosts }: Names): void {
  const asked = hostNameIn(call.request.headers.host);
  if (asked === undefined || !isOurs(asked, [host, ...allowedHosts])) {
    throw new ApiError(
      403,
      "The emulator does not answer to this host name. Use its address or localhost, or start it with --allow-host and this name.",
      { type: "permission_error", code: "host_not_allowed" },
    );
  }
  if (!call.path.startsWith("/_emulator")) return;
  const { origin, "sec-fetch-site": site } = call.request.headers;
  const own = URL.parse(`http://${call.request.headers.host}`)?.host;
  const isSame = origin === undefined || (own !== undefined && URL.parse(origin)?.host === own);
  if (isSame && (site === undefined || site === "same-origin" || site === "none")) return;
  throw new ApiError(403, "The emulator's own routes cannot be called from the pages of another site.", {
    type: "permission_error",
    code: "foreign_origin",
  });
}

/** The name or address in a Host header, without its port and brackets. */
export function hostNameIn(header: string | undefined): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([^:/@[\]]+))(?::\d+)?$/i.exec(header ?? "") ?? [];
  return (address ?? name)?.toLowerCase();
}

function isOurs(name: string, allowed: readonly string[]): boolean {
  return isIP(name) !== 0 || name === "localhost" || allowed.some((one) => one.toLowerCase() === name);
}
