import type { FileLabel, WrittenMark } from "../contract/mark.ts";

const LARGEST = 2_147_483_647;
/** `<installation>-<generation>-<batch id>-<epoch>.jsonl`, as fileNameOf writes it. */
const SIGNED_NAME = /^(?<installation>[^-]+)-(?<generation>\d{1,9})-(?<batchId>.+)-(?<epoch>\d{1,9})\.jsonl$/;
/** `<batch id>-<epoch>.jsonl`, as version 0.1.0 wrote it. */
const PLAIN_NAME = /^(?<batchId>.+)-(?<epoch>\d{1,9})\.jsonl$/;
/** `<installation>-<generation>.taken-over.jsonl`: no batch is ever made from it. */
const TAKEOVER_NAME = /^(?<installation>[^-]+)-(?<generation>\d{1,9})\.taken-over\.jsonl$/;

/** The mark as the metadata of a batch. */
export function metadataOf({ installation, generation, batchId, epoch, hash }: WrittenMark): Record<string, string> {
  return {
    ...(installation === null ? {} : { installation }),
    ...(generation === null ? {} : { generation: String(generation) }),
    batch_id: batchId,
    epoch: String(epoch),
    ...(hash === null ? {} : { hash }),
  };
}

/** The mark in the metadata of a batch; null where there is none. */
export function markIn(metadata: Readonly<Record<string, string>>): WrittenMark | null {
  const { installation, generation, batch_id: batchId, epoch, hash = null } = metadata;
  if (!batchId) return null;
  const signature = installation ? { installation, generation: toNumber(generation) } : UNSIGNED;
  return { ...signature, batchId, epoch: toNumber(epoch), hash };
}

/** The label as the name of a file. */
export function fileNameOf(label: FileLabel): string {
  const { installation, generation } = label;
  if (label.kind === "takeover") return `${installation}-${generation}.taken-over.jsonl`;
  const signature = installation === null ? [] : [installation, generation];
  return `${[...signature, label.batchId, label.epoch].join("-")}.jsonl`;
}

/** The label in the name of a file; null where there is none. */
export function labelIn(fileName: string): FileLabel | null {
  const { installation = "", generation } = TAKEOVER_NAME.exec(fileName)?.groups ?? {};
  if (installation !== "") return { kind: "takeover", installation, generation: toNumber(generation) };
  const signed = SIGNED_NAME.exec(fileName)?.groups;
  const { batchId, epoch } = signed ?? PLAIN_NAME.exec(fileName)?.groups ?? {};
  if (batchId === undefined) return null;
  const signature = signed?.installation
    ? { installation: signed.installation, generation: toNumber(signed.generation) }
    : UNSIGNED;
  return { kind: "input", ...signature, batchId, epoch: toNumber(epoch) };
}

const UNSIGNED = { installation: null, generation: null };

/** Numbers that go into the database; what is none counts as the first. */
function toNumber(text: string | undefined): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= 0 ? Math.min(number, LARGEST) : 1;
}
