import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import ipaddr from "ipaddr.js";
import { CLIENT_IP_HEADER } from "../lib/auth/headers.ts";
import { networkOf } from "../lib/auth/networkOf.ts";

/**
 * Writes where a call comes from into a header of our own, over whatever the client wrote there: the other end of the
 * connection, or, behind a proxy that is trusted, the last address that this proxy has added to X-Forwarded-For.
 */
export function nameClient(req: IncomingMessage, { trustProxy }: { trustProxy: boolean }): void {
  const forwarded = trustProxy ? String(req.headers["x-forwarded-for"] ?? "") : "";
  req.headers[CLIENT_IP_HEADER] =
    readAddress(forwarded.split(",").at(-1)) ?? readAddress(req.socket.remoteAddress) ?? "unknown";
}

/**
 * What connections and calls are counted by, so that one client does not take them all. A proxy's connections carry many
 * people's calls: there the calls under way are counted, by the client that the proxy names.
 */
export function countedBy({ trustProxy }: { trustProxy: boolean }) {
  return {
    networkOf: (socket: Socket) => (trustProxy ? undefined : networkOf(socket.remoteAddress ?? "unknown")),
    clientOf: ({ headers }: IncomingMessage) =>
      trustProxy && headers["x-forwarded-for"] ? networkOf(String(headers[CLIENT_IP_HEADER])) : undefined,
  };
}

/** One way to write each address: an IPv4 one that comes in IPv6's clothes, or with a port, is still that one. */
function readAddress(text: string | undefined): string | undefined {
  const address = text
    ?.trim()
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, "$1")
    .replace(/^\[(.+)\](:\d+)?$/, "$1");
  return address && ipaddr.isValid(address) ? ipaddr.process(address).toString() : undefined;
}
