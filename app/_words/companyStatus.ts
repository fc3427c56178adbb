import type { CompanyStatus } from "../../lib/db/generated/enums.ts";
import type { Tone } from "./tones.ts";

export const COMPANY_STATUS_WORDS: Record<CompanyStatus, { word: string; tone: Tone; meaning: string }> = {
  ACTIVE: { word: "Active", tone: "done", meaning: "Its sessions are analysed" },
  TRIAL: { word: "Trial", tone: "running", meaning: "Its sessions are analysed" },
  SUSPENDED: {
    word: "Suspended",
    tone: "partial",
    meaning: "Its users cannot sign in. No new batches; results already paid for are collected",
  },
  ARCHIVED: { word: "Archived", tone: "waiting", meaning: "Its users cannot sign in. No new batches, no imports" },
};
