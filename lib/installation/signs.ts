/**
 * How a database shows that it is a copy, or was set back to an earlier state. What somebody restored, moved or cloned
 * cannot be told from it: only that two databases would do the work of one installation, or one would do it twice.
 */
const SIGNS = {
  server:
    "It is on a different PostgreSQL server from the one it was created on (an in-place upgrade also looks like this)",
  database: "It is a different database on its PostgreSQL server from the one it was created as",
  batch: "The provider has a batch of this installation that it does not know",
  epoch: "The provider has a later submission of a batch than it knows of",
  submission: "The provider has a batch that, as far as this database knows, was never sent",
  file: "The provider has a file of this installation for a batch that it does not know",
  takeover: "Another database has been adopted as this installation",
  decision: "Someone started to adopt or detach it and did not finish",
} as const;

export type CopySign = keyof typeof SIGNS;

/** That a database is a copy or was set back, and what shows it. */
export interface Copied {
  sign: CopySign;
  /** What was seen where, such as the id of a batch. */
  detail: string | null;
  /** Null until it is recorded. */
  since: Date | null;
}

export function isCopySign(text: string): text is CopySign {
  return Object.hasOwn(SIGNS, text);
}

/** What shows it, and what that means, in sentences for an operator. */
export function describeCopied({ sign, detail }: Copied): string {
  const seen = detail === null ? "" : ` (${detail})`;
  return `This database is a copy, or has been restored to an earlier state. ${SIGNS[sign]}${seen}. Until you decide, LiveDash sends, fetches, cancels and deletes nothing at the provider.`;
}

export const COPIED_ADVICE =
  "To use this database from now on, stop the other one and run `livedash adopt-copy`. To run both side by side, run `livedash detach-copy`. Both commands first show what they would do.";
