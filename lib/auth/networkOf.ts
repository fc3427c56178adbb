import ipaddr from "ipaddr.js";

/**
 * What limits count an address by: an IPv4 address is one, of IPv6 whoever has a connection has at least a whole /64 (RFC
 * 6177), and would have a fresh address for every call. What is no address counts as itself.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const known = ipaddr.process(address);
  if (!(known instanceof ipaddr.IPv6)) return known.toString();
  return `${new ipaddr.IPv6([...known.parts.slice(0, 4), 0, 0, 0, 0])}/64`;
}
