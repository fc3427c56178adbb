/** What an import did that somebody should know, in a sentence. None of these costs a row. */
export const WARNINGS = {
  transcript_gone:
    "The transcript is gone (status 404 or 410), so the session has only its first message, or the transcript of an earlier import. If it comes back, the next import will read it.",
  transcript_not_fetched:
    "The transcript was not fetched. For an imported file, transcripts are fetched only with --fetch-transcripts.",
  transcript_relative:
    "The transcript's address is relative, and the company has no CSV address to complete it. Write it in full, with https:// and the host.",
  transcript_no_address: "The transcript's address is not an http or https address.",
  transcript_empty: "The transcript is empty, so the session has only its first message.",
  transcript_without_speakers:
    "No line of the transcript says who is speaking, so it was imported as one message from the user. If it does say so in other words, add them to the company's words for speakers.",
  transcript_damaged:
    "The transcript contains U+FFFD (\uFFFD): a character could not be read, or was lost before. The rest was imported. Save it as UTF-8 and import it again.",
  transcript_one_sided:
    "The transcript names one side by a word for a role, and several lines start with the same other name, which is not known. These lines were imported as part of the messages above them. If the name is somebody's, add it to the company's words for speakers.",
  transcript_text_unknown:
    "Some messages of the transcript say who is speaking, but their text is in a field with an unknown name, so they were left out. Name that field text, and import the transcript again.",
  transcript_file_unmatched:
    "This file in the transcripts folder does not match any imported row. Its name must be the session id followed by .txt.",
  session_erased:
    "The row's session was erased, so the row was left out and counts as unchanged. `livedash readmit` lets such a session in again.",
  start_moved:
    "The start of a session imported earlier has moved by more than a day. If these are different sessions, give them different ids.",
  id_used_twice:
    "An earlier row of the file has the same id but a different start, and this row replaced it. If these are two sessions, give them different ids. Spreadsheets keep only 15 digits of a number.",
  similar_id:
    "The id differs from another session's only in capitals or spaces. They are kept as two sessions. If they are one, it is analysed twice.",
  month_first:
    "A date with dashes has its month first, so that row was left out, and others may have been imported with day and month exchanged: 11-03-2026 is read as 11 March. Write all dates of the file as 2026-11-03 and import it again.",
  time_without_seconds:
    "The start or the end has no seconds, perhaps because a spreadsheet saved the file. It was read as the full minute.",
  garbled_characters:
    "The row contains characters such as Ã¼ or â€™, or „ and ” within words, so its encoding was probably misread, here or before the file was uploaded. It was imported unchanged. Export the file again as UTF-8.",
  replacement_character:
    "The row contains U+FFFD (\uFFFD): a character was lost before the file was uploaded. It was imported unchanged.",
} as const;

export type WarningCode = keyof typeof WARNINGS;

export interface ImportWarning {
  code: WarningCode;
  reason: string;
  count: number;
  /** The first few that it is about: `line 12`, perhaps with a few words more, or a file's name. */
  examples: string[];
}

const MOST_EXAMPLES = 10;
const LONGEST_EXAMPLE = 200;

/** Warnings by their code: how many there were of each, and the first few. */
export class Warnings {
  readonly #found = new Map<WarningCode, { count: number; examples: string[] }>();

  add(code: WarningCode, example: string): void {
    this.#addAll(code, 1, [example.replaceAll("\0", "").toWellFormed().slice(0, LONGEST_EXAMPLE)]);
  }

  /** `what`: more about it, in a few words, and none of the row's own. */
  addLine(code: WarningCode, line: number, what?: string): void {
    this.add(code, `line ${line}${what ? ` (${what})` : ""}`);
  }

  addFrom(other: Warnings): void {
    for (const { code, count, examples } of other.list()) this.#addAll(code, count, examples);
  }

  list(): ImportWarning[] {
    return [...this.#found].map(([code, found]) => ({ code, reason: WARNINGS[code], ...found }));
  }

  #addAll(code: WarningCode, count: number, examples: readonly string[]): void {
    const found = this.#found.get(code) ?? { count: 0, examples: [] };
    found.count += count;
    found.examples.push(...examples.slice(0, MOST_EXAMPLES - found.examples.length));
    this.#found.set(code, found);
  }
}
