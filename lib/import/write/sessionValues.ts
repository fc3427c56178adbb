import type { ImportRow } from "../row.ts";
import type { TranscriptLine } from "../transcripts/readHead.ts";

/**
 * The fields of Session that are facts of the import. The legacy sentiment, category, language and escalation stay in
 * SessionImport: a session's own come from its analysis.
 */
export function sessionValues(row: ImportRow, messages: readonly TranscriptLine[]) {
  return {
    startTime: row.startTime,
    endTime: row.endTime,
    ipAddress: trimmed(row.raw.ipAddress),
    country: trimmed(row.raw.countryCode),
    fullTranscriptUrl: trimmed(row.raw.fullTranscriptUrl),
    avgResponseTime: row.avgResponseTime,
    initialMsg: row.raw.initialMessage,
    isEmpty: ![row.raw.initialMessage, ...messages.map(({ content }) => content)].some((text) => trimmed(text)),
    messagesSent: row.messagesSent ?? messages.filter((message) => message.role === "User").length,
  };
}

const trimmed = (text: string | null): string | null => text?.trim() || null;
