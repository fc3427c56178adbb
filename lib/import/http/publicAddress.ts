import ipaddr from "ipaddr.js";

/** Whether we may connect to an IP address. */
export type AddressRule = (address: string) => boolean;

/** All that is handed out on the internet for IPv6; what lies outside it is special, known today or not. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Whether an IP address is one on the internet: not of this machine, its networks, a cloud's metadata, or reserved. */
export const isPublicAddress: AddressRule = (text) => {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text); // An IPv4 address written as IPv6 (::ffff:10.0.0.1) is judged as IPv4.
  return address.range() === "unicast" && (address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST));
};

export const anyAddress: AddressRule = () => true;
