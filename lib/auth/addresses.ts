import { BlockList, isIP } from "node:net";
import { z } from "zod";

const MOST = 50;

/** Addresses and ranges (CIDR) from which a key works, as they are given. */
export const allowedAddresses = z
  .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: "must be an IP address or a range (CIDR)" }))
  .max(MOST);

/** Whether a call from this address may be let in: by an empty list from anywhere. */
export function isAllowedAddress(list: readonly string[], from: string | null): boolean {
  if (list.length === 0) return true;
  const family = familyOf(from ?? "");
  if (from === null || family === undefined) return false;
  const allowed = new BlockList();
  for (const entry of list) {
    const [address = "", bits] = entry.split("/");
    const of = familyOf(address);
    if (of === undefined) continue;
    if (bits === undefined) allowed.addAddress(address, of);
    else allowed.addSubnet(address, Number(bits), of);
  }
  return allowed.check(from, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? "ipv4" : "ipv6";
}
