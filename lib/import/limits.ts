/** A CSV record longer than this is bad: it is no chat session, or a quote was never closed. Bytes. */
export const MAX_RECORD_BYTES = 1_000_000;

/** How much is written in one transaction: whichever comes first. */
export const CHUNK_ROWS = 2_000;
export const CHUNK_BYTES = 8_000_000;
/** Changing a session costs more than writing a new one, so fewer at a time keep the company's lock short. */
export const CHANGED_CHUNK_ROWS = 1_000;

/** Bad rows beyond these are counted, not kept: in the database and log, and in the report. */
export const STORED_BAD_ROWS = 10_000;
export const REPORTED_BAD_ROWS = 100;
/** How much of a bad row's own text is kept. Characters. */
export const BAD_ROW_CHARACTERS = 20_000;

/** Transcripts read or fetched at a time. */
export const TRANSCRIPT_CONCURRENCY = 8;
/** How long one transcript may take to fetch. Milliseconds. */
export const TRANSCRIPT_TIMEOUT = 30_000;
/** After so many transcripts of one server in a row that did not come, it is not asked again in this import. */
export const TRANSCRIPT_FAILURES = 20;

export const MAX_REDIRECTS = 5;
