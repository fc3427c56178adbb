/** What became of an import's transcripts. Each that a row names or a folder holds is either used or skipped. */
export interface TranscriptCounts {
  /** Rows that name one by an address. */
  named: number;
  /** Those that were there: fetched, in the folder, or here from an earlier import. */
  found: number;
  /** Those whose text the sessions have now. */
  used: number;
  /** Named or found, and not used: the warnings and bad rows say why. */
  skipped: number;
  /** Of those used and read by this import, the ones in which no line says who speaks. */
  withoutSpeakers: number;
}

export const NO_TRANSCRIPTS: TranscriptCounts = { named: 0, found: 0, used: 0, skipped: 0, withoutSpeakers: 0 };

export function addTranscripts(sum: TranscriptCounts, more: TranscriptCounts): void {
  for (const name of Object.keys(NO_TRANSCRIPTS) as (keyof TranscriptCounts)[]) sum[name] += more[name];
}
