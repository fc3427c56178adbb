import type { BulkRequeueStatus } from "../../lib/db/generated/enums.ts";
import type { Tone } from "./tones.ts";

export const BULK_STATUS_WORDS: Record<Lowercase<BulkRequeueStatus>, { word: string; tone: Tone }> = {
  waiting: { word: "Waiting", tone: "waiting" },
  running: { word: "Running", tone: "running" },
  done: { word: "Done", tone: "done" },
  aborted: { word: "Aborted", tone: "partial" },
  failed: { word: "Failed", tone: "failed" },
};
