"use client";

import { type Outcome, outcomeOf } from "../../_kit/callApi.ts";
import { address } from "../../_kit/search.ts";

/** What an import of a file would bring. */
export interface Report {
  rows: number;
  imported: number;
  updated: number;
  unchanged: number;
  bad: number;
  transcripts: { named: number; found: number; used: number; skipped: number; withoutSpeakers: number };
  format: string;
  warnings: { code: string; reason: string; count: number; examples: string[] }[];
  badRows: { line: number; code: string; reason: string }[];
  /** Null where the model has no price. */
  estimatedCostEur: string | null;
}

/** Where an upload is imported. */
export interface Accepted {
  job: { id: string };
}

/** Sends a file as it is, and says how far: `fetch` cannot, so this is the older interface. */
export function sendCsv<T extends Report | Accepted>(
  path: string,
  { companyId, file }: { companyId: string; file: File },
  onSent: (share: number) => void,
): Promise<Outcome<T>> {
  const { promise, resolve } = Promise.withResolvers<Outcome<T>>();
  const call = new XMLHttpRequest();
  call.open("POST", address(path, { companyId, name: file.name.slice(0, 200) }));
  call.setRequestHeader("Content-Type", "text/csv");
  call.upload.onprogress = ({ loaded, total }) => onSent(total > 0 ? loaded / total : 0);
  call.onload = () => resolve(read<T>(call));
  call.onerror = () =>
    resolve({
      ok: false,
      code: "unreachable",
      message: "The upload was interrupted. Send the file again; nothing will be imported twice.",
    });
  call.send(file);
  return promise;
}

function read<T>(call: XMLHttpRequest): Outcome<T> {
  try {
    return outcomeOf<T>(JSON.parse(call.responseText), call.status);
  } catch {
    return outcomeOf<T>(undefined, call.status < 300 ? 502 : call.status);
  }
}
