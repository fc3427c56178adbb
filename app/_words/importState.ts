import type { ImportRow } from "../../lib/admin/imports/importRow.ts";
import type { Tone } from "./tones.ts";

export const IMPORT_STATE_WORDS: Record<ImportRow["state"], { word: string; tone: Tone; meaning: string }> = {
  running: { word: "Running", tone: "running", meaning: "Rows are being read" },
  silent: { word: "Silent", tone: "partial", meaning: "No sign of progress; its process was probably ended" },
  finished: { word: "Finished", tone: "done", meaning: "Read to its end" },
  failed: { word: "Failed", tone: "failed", meaning: "Could not be read to its end" },
};
