import { createHash } from "node:crypto";

/** A UUID made from the slot, the same on every worker. */
export function slotId(name: string, interval: number, slot: number): string {
  const hex = createHash("sha256").update(`${name}/${interval}/${slot}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
