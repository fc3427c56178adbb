/**
 * What a refusal is about, from the widest to the narrowest:
 * - `credit`, `access`: the account. It cannot pay, or its key, scope, organisation or region is not accepted.
 * - `storage`: the account, whose files take all the room that they may: nothing is wrong with the one that was sent.
 * - `tokens`: too many input tokens of the model wait already.
 * - `model`: the model, or what the lines of every file of it share: endpoint, parameters, schema.
 * - `size`: the file is larger than it may be, in bytes or in lines.
 * - `file_not_seen`: an uploaded file that does not show yet.
 * - `busy`: the provider's own trouble, or its rate limits: nothing is wrong with what was sent.
 * - `line`: one line and its content.
 * - `unknown`: its words do not tell.
 */
export type Fault = (typeof WIDEST_FIRST)[number];

const WIDEST_FIRST = [
  "credit",
  "access",
  "storage",
  "tokens",
  "model",
  "size",
  "file_not_seen",
  "busy",
  "line",
  "unknown",
] as const;

/** The limit that a refusal speaks of, of fault `tokens` or `size`; `most` is null where it names no number. */
export interface RefusedLimit {
  of: "tokens" | "bytes" | "lines";
  most: number | null;
}

/** Of several errors in one list, that about the widest thing: what it stops, the others cannot mend. */
export function findDecisive<E extends { fault: Fault }>(errors: readonly E[]): E | undefined {
  return [...errors].sort((a, b) => WIDEST_FIRST.indexOf(a.fault) - WIDEST_FIRST.indexOf(b.fault))[0];
}
