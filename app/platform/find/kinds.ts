import type { z } from "zod";
import type { found } from "../../../lib/admin/find/findById.ts";

export type Found = z.output<typeof found>;

/** What each kind is called, and where it has its page. */
export const KINDS: Record<Found["kind"], { word: string; path: string }> = {
  request: { word: "Request", path: "/platform/requests" },
  batch: { word: "Batch", path: "/platform/batches" },
  import: { word: "Import", path: "/platform/imports" },
  bulk: { word: "Bulk requeue", path: "/platform/bulk" },
  company: { word: "Company", path: "/platform/companies" },
};

export function addressOf({ kind, id }: Found): string {
  return `${KINDS[kind].path}/${id}`;
}
