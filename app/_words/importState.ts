import type { ImportRow } from "../../lib/admin/imports/importRow.ts";
import type { Tone } from "./tones.ts";

export const IMPORT_STATE_WORDS: Record<ImportRow["state"], { word: string; tone: Tone; meaning: string }> = {
  running: { word: "Running", tone: "running", meaning: "Reading rows" },
  silent: { word: "Silent", tone: "partial", meaning: "No progress; its process was probably killed" },
  finished: { word: "Finished", tone: "done", meaning: "Completely read" },
  failed: { word: "Failed", tone: "failed", meaning: "Could not be read completely" },
};
