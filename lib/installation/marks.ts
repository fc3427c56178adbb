import type { ProviderBatch, ProviderInputFile } from "../providers/contract/provider.ts";
import type { Installation } from "./installation.ts";

type Signature = Pick<Installation, "id" | "generation">;

/** What a provider batch or an input file says of where it comes from. */
export interface Mark {
  batchId: string;
  epoch: number;
  /** Null on what version 0.1.0 has made: it carries no id, and is ours if the database knows its batch. */
  generation: number | null;
}

const LARGEST = 2_147_483_647;
/** `<installation>-<generation>-<batch id>-<epoch>.jsonl`, as fileNameOf writes it. */
const SIGNED_NAME = /^(?<installation>[^-]+)-(?<generation>\d{1,9})-(?<batchId>.+)-(?<epoch>\d{1,9})\.jsonl$/;
/** `<batch id>-<epoch>.jsonl`, as version 0.1.0 wrote it. */
const PLAIN_NAME = /^(?<batchId>.+)-(?<epoch>\d{1,9})\.jsonl$/;
/** `<installation>-<generation>.taken-over.jsonl`: no batch is ever made from it. */
const TAKEOVER_NAME = /^(?<installation>[^-]+)-(?<generation>\d{1,9})\.taken-over\.jsonl$/;

/** The metadata of a provider batch. */
export function metadataOf(
  { id, generation }: Signature,
  { batchId, epoch, hash }: { batchId: string; epoch: number; hash: string },
): Record<string, string> {
  return { installation: id, generation: String(generation), batch_id: batchId, epoch: String(epoch), hash };
}

/** The name of an input file. */
export function fileNameOf({ id, generation }: Signature, batch: { batchId: string; epoch: number }): string {
  return `${id}-${generation}-${batch.batchId}-${batch.epoch}.jsonl`;
}

/** The name of the file by which a database tells the one it was copied from that it has taken over. */
export function takeoverNameOf({ id, generation }: Signature): string {
  return `${id}-${generation}.taken-over.jsonl`;
}

/** The mark on a provider batch, unless it bears none or that of another installation. */
export function markOfBatch({ metadata }: Pick<ProviderBatch, "metadata">, { id }: Signature): Mark | undefined {
  const { installation, generation, batch_id: batchId, epoch } = metadata;
  if (!batchId) return undefined;
  if (!installation) return { batchId, epoch: toNumber(epoch), generation: null };
  return installation === id ? { batchId, epoch: toNumber(epoch), generation: toNumber(generation) } : undefined;
}

/** The mark in the name of an input file, unless it bears none or that of another installation. */
export function markOfFile({ fileName }: Pick<ProviderInputFile, "fileName">, { id }: Signature): Mark | undefined {
  const signed = SIGNED_NAME.exec(fileName)?.groups;
  if (signed?.installation === id) {
    const { batchId = "", epoch, generation } = signed;
    return { batchId, epoch: toNumber(epoch), generation: toNumber(generation) };
  }
  const plain = PLAIN_NAME.exec(fileName)?.groups;
  return plain && { batchId: plain.batchId ?? "", epoch: toNumber(plain.epoch), generation: null };
}

/** The generation that a file says has taken over, if it says so of this installation. */
export function takeoverOf({ fileName }: Pick<ProviderInputFile, "fileName">, { id }: Signature): number | undefined {
  const groups = TAKEOVER_NAME.exec(fileName)?.groups;
  return groups?.installation === id ? toNumber(groups.generation) : undefined;
}

/** Numbers that go into the database; what is none counts as the first. */
function toNumber(text: string | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? Math.min(number, LARGEST) : 1;
}
