import { type LookupAddress, type LookupOptions, lookup } from "node:dns";
import { isIP } from "node:net";
import { Agent, buildConnector } from "undici";
import { LiveDashError } from "../../errors.ts";
import type { AddressRule } from "./publicAddress.ts";

export const PRIVATE_ADDRESS = "fetch_private_address";

/**
 * Connections to allowed addresses alone. Looked at are the very addresses that are connected to, not a name before:
 * one that means another address by then, or after a redirect, gains nothing.
 */
export function openAgent(isAllowed: AddressRule): Agent {
  const connectTo = buildConnector({ lookup: lookupAllowed(isAllowed) });
  const connect: buildConnector.connector = (options, done) => {
    // An IP address is connected to without a lookup. However it was spelled, the URL has made it the usual form.
    if (isIP(options.hostname) !== 0 && !isAllowed(options.hostname)) done(refused(), null);
    else connectTo(options, done);
  };
  return new Agent({ headersTimeout: 0, bodyTimeout: 0, connections: 16, connect });
}

type LookupDone = (error: Error | null, addresses: LookupAddress[] | string, family?: number) => void;

function lookupAllowed(isAllowed: AddressRule) {
  return (hostname: string, options: LookupOptions, done: LookupDone): void => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const allowed = found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return done(refused(), []);
      if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

function refused(): LiveDashError {
  return new LiveDashError(PRIVATE_ADDRESS, "The address is not public.");
}
