import type { Mutant } from "./mutant.ts";

/** Bugs in finding out copies of the database, and in what is decided of them: two databases that do the work of one. */
export const COPIES: readonly Mutant[] = [
  {
    name: "unknown-batches-are-no-sign",
    harm: "a database that was set back buys again what is in flight, and a copy works beside its original",
    file: "lib/installation/lookForCopies.ts",
    find: `  if (copied) throw await recordCopied(ctx, installation, copied);\n  if (newest`,
    replace: `  if (newest`,
    caughtBy: ["test/installation/copies.test.ts"],
  },
  {
    name: "another-database-is-no-sign",
    harm: "a dump that is restored beside a running installation creates, cancels and deletes as that one does",
    file: "lib/installation/installation.ts",
    find: `WHEN i."databaseOid" <> place."databaseOid" THEN 'database'`,
    replace: `WHEN i."databaseOid" = '' THEN 'database'`,
    caughtBy: ["test/installation/copies.test.ts"],
  },
  {
    name: "later-epochs-are-no-sign",
    harm: "a copy submits a batch again that its original has sent in a later epoch",
    file: "lib/installation/findSign.ts",
    find: `WHEN m."epoch" > COALESCE(b."epoch", e."epoch") THEN 'epoch'`,
    replace: `WHEN m."epoch" > 1000000 THEN 'epoch'`,
    caughtBy: ["test/installation/copies.test.ts"],
  },
  {
    name: "later-file-not-given-up",
    harm: "a database that goes by an earlier file of a batch takes what was made from the later one for a copy's, and stops",
    file: "lib/pipeline/recover/recoverBatch.ts",
    find: `{ analysisVersions: null, filesGivenUpIn: lease.epoch }`,
    replace: `{ analysisVersions: null }`,
    caughtBy: ["test/pipeline/recovery.test.ts"],
  },
  {
    name: "cut-input-file-is-whole",
    harm: "what a cut download of a forgotten batch's file did not show is paid for again",
    file: "lib/admin/copies/readContent.ts",
    find: `if (cut && (`,
    replace: `if (cut && theirs.counts.total < 0 && (`,
    caughtBy: ["test/installation/decisions.full.test.ts"],
  },
  {
    name: "taken-over-in-silence",
    harm: "the original does not hear that a copy has been adopted, and both go on",
    file: "lib/admin/copies/adoptCopy.ts",
    find: `    await announce(account, { id: installation.id, generation });\n`,
    replace: ``,
    caughtBy: ["test/installation/decisions.full.test.ts"],
  },
  {
    name: "sent-again-taken-for-sent-before",
    harm: "a request that was sent again in the time that is lost is left in its earlier batch, and bought a third time",
    file: "lib/admin/copies/takeForgotten.ts",
    find: `open."sentAt" IS NULL OR open."sentAt" <= $2)`,
    replace: `open."sentAt" IS NULL OR open."sentAt" <= $2::timestamptz - interval '5 minutes')`,
    caughtBy: ["test/installation/decisions.full.test.ts"],
  },
];
