/**
 * What a provider batch, or its input file, says of where it comes from. Where it is written is the provider's business:
 * in metadata, in a name, in the ids of the lines.
 */
export interface WrittenMark {
  /** Whose it is, and which of its databases has made it; null on what version 0.1.0 has made. */
  installation: string | null;
  generation: number | null;
  batchId: string;
  epoch: number;
  /** Of the content; null where it is not written. */
  hash: string | null;
}

/** What an uploaded file is: the input of a batch; or what tells other databases that this one has taken over. */
export type FileLabel =
  | ({ kind: "input" } & Omit<WrittenMark, "hash">)
  | { kind: "takeover"; installation: string; generation: number };
