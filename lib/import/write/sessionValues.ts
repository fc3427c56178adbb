import { countryIn, messageIn, valueIn } from "../nothing.ts";
import type { ImportRow } from "../row.ts";
import type { TranscriptLine } from "../transcripts/readHead.ts";

/**
 * The fields of Session that are facts of the import. The legacy sentiment, category, language and escalation stay in
 * SessionImport: a session's own come from its analysis.
 */
export function sessionValues(row: ImportRow, messages: readonly TranscriptLine[]) {
  const initialMsg = messageIn(row.raw.initialMessage);
  return {
    startTime: row.startTime,
    endTime: row.endTime,
    ipAddress: valueIn(row.raw.ipAddress),
    country: countryIn(row.raw.countryCode),
    fullTranscriptUrl: valueIn(row.raw.fullTranscriptUrl),
    avgResponseTime: row.avgResponseTime,
    initialMsg,
    isEmpty: ![initialMsg, ...messages.map(({ content }) => content)].some((text) => text?.trim()),
    messagesSent: row.messagesSent ?? messages.filter((message) => message.role === "User").length,
  };
}
