/** What an import did that somebody should know, in a sentence. None of these costs a row. */
export const WARNINGS = {
  transcript_gone:
    "The transcript is gone (status 404 or 410): the session has its first message, or what an earlier import brought. If it comes back, the next import takes it up.",
  transcript_not_fetched:
    "The transcript's address was not asked: a file's transcripts are fetched only with --fetch-transcripts.",
  transcript_relative:
    "The transcript's address is relative, and the company has no csvUrl that it could be relative to: write it with https:// and the host.",
  transcript_no_address: "The transcript's address is not an http or https address.",
  transcript_empty: "The transcript is empty, so the session has its first message alone.",
  transcript_without_speakers:
    "No line of the transcript says who speaks, so it was imported as one message of the user's. If it does say so, add the words it uses to the company's role words.",
  transcript_file_unmatched:
    "The file in the folder of transcripts belongs to no imported row: its name must be the session id and .txt.",
  start_moved:
    "The start of a session that was known already has moved by more than a day. If these are different sessions, their ids must differ.",
  id_used_twice:
    "An earlier row of the file has the same id and another start, and this one took its place. If these are two sessions, their ids must differ: a spreadsheet keeps 15 digits of a number.",
  similar_id:
    "The id differs from that of another session in capitals or spaces alone. They are kept as two sessions; if they are one, its messages are analysed twice.",
  time_without_seconds:
    "The start or the end has no seconds, as when a spreadsheet has saved the file: it was read as the full minute.",
  garbled_characters:
    "The row contains characters such as Ã¼ or â€™, which look like a text whose encoding was misread before the file came here. It was imported as it is. Export the file again as UTF-8.",
  replacement_character:
    "The row holds U+FFFD (\uFFFD): a character was lost before the file came here, and was imported as it is.",
} as const;

export type WarningCode = keyof typeof WARNINGS;

export interface ImportWarning {
  code: WarningCode;
  reason: string;
  count: number;
  /** The first few that it is about: `line 12`, or a file's name. */
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

  addLine(code: WarningCode, line: number): void {
    this.add(code, `line ${line}`);
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
