import type { ProviderBatch } from "../providers/contract/batch.ts";
import type { FileLabel, WrittenMark } from "../providers/contract/mark.ts";
import type { ProviderInputFile } from "../providers/contract/provider.ts";
import type { Installation } from "./installation.ts";

type Signature = Pick<Installation, "id" | "generation">;

/** What a provider batch or an input file of ours says of where it comes from. */
export interface Mark {
  batchId: string;
  epoch: number;
  /** Null on what version 0.1.0 has made: it carries no id, and is ours if the database knows its batch. */
  generation: number | null;
}

/** The mark of a batch that is created. */
export function markFor(
  { id, generation }: Signature,
  batch: { batchId: string; epoch: number; hash: string },
): WrittenMark {
  return { installation: id, generation, ...batch };
}

/** The label of the input file of a batch. */
export function labelFor({ id, generation }: Signature, batch: { batchId: string; epoch: number }): FileLabel {
  return { kind: "input", installation: id, generation, ...batch };
}

/** The label of the file by which a database tells the one it was copied from that it has taken over. */
export function takeoverLabelFor({ id, generation }: Signature): FileLabel {
  return { kind: "takeover", installation: id, generation };
}

/** The mark on a provider batch, unless it bears none or that of another installation. */
export function markOfBatch({ mark }: Pick<ProviderBatch, "mark">, { id }: Signature): Mark | undefined {
  return mark === null ? undefined : ourMark(mark, id);
}

/** The mark on an input file, unless it bears none or that of another installation. */
export function markOfFile({ label }: Pick<ProviderInputFile, "label">, { id }: Signature): Mark | undefined {
  return label?.kind === "input" ? ourMark(label, id) : undefined;
}

function ourMark({ installation, generation, batchId, epoch }: Omit<WrittenMark, "hash">, id: string) {
  return installation === null || installation === id ? { batchId, epoch, generation } : undefined;
}

/** The generation that a file says has taken over, if it says so of this installation. */
export function takeoverOf({ label }: Pick<ProviderInputFile, "label">, { id }: Signature): number | undefined {
  return label?.kind === "takeover" && label.installation === id ? label.generation : undefined;
}
