import { z } from "zod";
import { time } from "../../api/fields.ts";
import { int, json, known, nullable, text, textOf, timestamp } from "../../db/statement.ts";

export const IMPORT_STATES = ["running", "silent", "finished", "failed"] as const;

const count = z.number().int().nonnegative();

/** What became of the rows of a CSV; each row read is one of the other four. And what became of their transcripts. */
export const importCounts = {
  rows: count,
  imported: count,
  updated: count,
  unchanged: count,
  bad: count,
  transcripts: z
    .object({
      named: count.meta({ description: "Rows that name one by an address." }),
      found: count.meta({ description: "Fetched, in the folder, or here from an earlier import." }),
      used: count.meta({ description: "Their text is what the sessions have." }),
      skipped: count.meta({ description: "Named or found, and not used: warnings and bad rows say why." }),
      withoutSpeakers: count.meta({ description: "Used, and no line says who speaks: one message each." }),
    })
    .meta({ description: "Each one that a row names or a folder contains is used or skipped." }),
};

/** What an import did that somebody should know. */
export const importWarning = z.object({
  code: z.string(),
  reason: z.string(),
  count,
  examples: z
    .array(z.string())
    .meta({ description: "The first few: `line 12`, perhaps with a few words more, or the name of a file." }),
});

export const importRow = z.object({
  id: z.string(),
  companyId: z.string(),
  companyName: z.string(),
  source: z.string().meta({ description: "The file name, or the address without anything secret." }),
  state: z.enum(IMPORT_STATES).meta({
    description: "silent: still open, but without progress for 15 minutes. Its process was probably killed.",
  }),
  startedAt: time,
  progressAt: time.nullable().meta({ description: "When its counts were last updated." }),
  finishedAt: time.nullable(),
  ...importCounts,
  format: z
    .string()
    .nullable()
    .meta({ description: "How the file is written, such as: UTF-8, separated by semicolons, lines end with CR LF." }),
  error: z.string().nullable(),
});

export type ImportRow = z.input<typeof importRow>;

const PATIENCE = "interval '15 minutes'";

/** The condition on "ImportRun" i for each state. `now` stands for the time in the SQL. */
export const isInState: Record<(typeof IMPORT_STATES)[number], (now: string) => string> = {
  running: (now) => `i."finishedAt" IS NULL AND COALESCE(i."progressAt", i."startedAt") >= ${now} - ${PATIENCE}`,
  silent: (now) => `i."finishedAt" IS NULL AND COALESCE(i."progressAt", i."startedAt") < ${now} - ${PATIENCE}`,
  finished: () => `i."finishedAt" IS NOT NULL AND i."error" IS NULL`,
  failed: () => `i."error" IS NOT NULL`,
};

/** Selects an ImportRow, of "ImportRun" i and its "Company" c. */
export function selectImport(now: string): string {
  const states = IMPORT_STATES.map((state) => `WHEN ${isInState[state](now)} THEN '${state}'`).join(" ");
  return `i."id", i."companyId", c."name" AS "companyName", i."source", CASE ${states} END AS "state", i."startedAt",
    i."progressAt", i."finishedAt", i."rows", i."imported", i."updated", i."unchanged", i."bad", i."format", i."error",
    json_build_object('named', i."transcriptsNamed", 'found', i."transcriptsFound", 'used', i."transcriptsUsed",
      'skipped', i."transcriptsSkipped", 'withoutSpeakers', i."transcriptsWithoutSpeakers") AS "transcripts"`;
}

/** What that selects. The states leave nothing out. */
export const importColumns = {
  id: text,
  companyId: text,
  companyName: text,
  source: text,
  state: known(textOf<ImportRow["state"]>()),
  startedAt: timestamp,
  progressAt: nullable(timestamp),
  finishedAt: nullable(timestamp),
  rows: int,
  imported: int,
  updated: int,
  unchanged: int,
  bad: int,
  format: nullable(text),
  error: nullable(text),
  transcripts: known(json<ImportRow["transcripts"]>()),
};
