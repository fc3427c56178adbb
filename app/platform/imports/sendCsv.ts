"use client";

import { type Outcome, outcomeOf } from "../../_kit/callApi.ts";
import { address } from "../../_kit/search.ts";

export interface Report {
  /** Null for a dry run. */
  importRunId: string | null;
  rows: number;
  imported: number;
  updated: number;
  unchanged: number;
  bad: number;
  transcripts: { named: number; found: number; used: number; skipped: number; withoutSpeakers: number };
  format: string;
  warnings: { code: string; reason: string; count: number; examples: string[] }[];
  badRows: { line: number; code: string; reason: string }[];
  /** Of a dry run; null where the model has no price. */
  estimatedCostEur?: string | null;
}

/** Sends a file as it is, and says how far: `fetch` cannot, so this is the older interface. */
export function sendCsv(
  { companyId, file, isDryRun }: { companyId: string; file: File; isDryRun: boolean },
  onSent: (share: number) => void,
): Promise<Outcome<Report>> {
  const { promise, resolve } = Promise.withResolvers<Outcome<Report>>();
  const call = new XMLHttpRequest();
  call.open(
    "POST",
    address("/api/admin/legacy/imports", {
      companyId,
      name: file.name.slice(0, 200),
      dryRun: isDryRun ? "true" : undefined,
    }),
  );
  call.setRequestHeader("Content-Type", "text/csv");
  call.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
  call.onload = () => resolve(read(call));
  call.onerror = () =>
    resolve({
      ok: false,
      code: "unreachable",
      message: "The upload was interrupted. Send the file again; nothing will be imported twice.",
    });
  call.send(file);
  return promise;
}

function read(call: XMLHttpRequest): Outcome<Report> {
  try {
    return outcomeOf<Report>(JSON.parse(call.responseText), call.status);
  } catch {
    return outcomeOf<Report>(undefined, call.status === 200 ? 502 : call.status);
  }
}
