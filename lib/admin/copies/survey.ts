import { OVER } from "../../batches/states.ts";
import { after } from "../../clock.ts";
import type { PipelineContext } from "../../context.ts";
import { arrayOf, int, known, nullable, type RowOf, statement, text } from "../../db/statement.ts";
import { readCheckedUntil } from "../../installation/checkedUntil.ts";
import type { Installation } from "../../installation/installation.ts";
import { type Mark, markOfBatch, markOfFile, takeoverOf } from "../../installation/marks.ts";
import { hasEnded, type ProviderBatch, ranOrMayRun } from "../../providers/contract/batch.ts";
import { step } from "../../step.ts";

const DAY_MS = 86_400_000;

/** A provider batch that bears our mark. */
export interface MarkedBatch {
  mark: Mark;
  theirs: ProviderBatch;
}

/** A batch that is not over here, as far as it matters for what the provider has of it. */
type OpenBatch = RowOf<typeof LIST_OPEN>;

/** Everything in an account that bears our mark, held against the database. */
export interface Survey {
  /** The highest generation that anybody has used. */
  generation: number;
  /** By the provider's clock: when the newest of its batches was made. */
  newest: Date;
  /** Batches that are not over here, with what the provider has of each. */
  open: { batch: OpenBatch; found: MarkedBatch[] }[];
  /** Batches that the database does not know, newest first: what is best of all that was made for each. */
  forgotten: MarkedBatch[];
  /** Files that no batch was made from, of batches that are forgotten or have no file recorded: one might yet be made. */
  unusedFiles: string[];
}

/** Reads what an account has of this installation. */
export async function surveyProvider(ctx: PipelineContext, installation: Installation): Promise<Survey> {
  const { marked, newest } = await step(ctx, "adopt.list_batches", () => listMarked(ctx, installation));
  const files = await step(ctx, "adopt.list_files", () => listFiles(ctx, installation));
  const { open, known } = await readKnown(
    ctx,
    [...marked.map(({ mark }) => mark), ...files.marked].map((m) => m.batchId),
  );
  const isUsed = new Set(marked.filter(({ theirs }) => ranOrMayRun(theirs)).map(({ theirs }) => theirs.inputFileId));
  const isRecorded = new Set([...open.values()].map(({ inputFileId }) => inputFileId));
  const mayBeUsed = (file: MarkedFile) =>
    file.generation !== null &&
    !isUsed.has(file.id) &&
    !isRecorded.has(file.id) &&
    (!known.has(file.batchId) || open.get(file.batchId)?.openaiBatchId === null);
  const generations = [...marked.map(({ mark }) => mark), ...files.marked].map(({ generation }) => generation ?? 1);
  return {
    generation: Math.max(installation.generation, files.takenOver, ...generations),
    newest,
    open: [...open.values()].map((batch) => ({
      batch,
      found: marked.filter(({ mark }) => mark.batchId === batch.id).sort(byWorth),
    })),
    forgotten: bestOfEach(marked.filter(({ mark }) => mark.generation !== null && !known.has(mark.batchId))),
    unusedFiles: files.marked.filter(mayBeUsed).map(({ id }) => id),
  };
}

async function listMarked(ctx: PipelineContext, installation: Installation) {
  const marked: MarkedBatch[] = [];
  let newest = await readCheckedUntil(ctx, installation);
  // What was made so long ago that its results are not kept any more can bring nothing.
  const since = after(ctx.clock, -ctx.provider.capabilities.filesKeptMs - DAY_MS);
  for await (const theirs of ctx.provider.listBatches(since)) {
    if (theirs.createdAt && theirs.createdAt > newest) newest = theirs.createdAt;
    const mark = markOfBatch(theirs, installation);
    if (mark) marked.push({ mark, theirs });
  }
  return { marked, newest };
}

interface MarkedFile extends Mark {
  id: string;
}

async function listFiles(ctx: PipelineContext, installation: Installation) {
  const marked: MarkedFile[] = [];
  let takenOver = 1;
  for await (const file of ctx.provider.listInputFiles()) {
    const mark = markOfFile(file, installation);
    if (mark) marked.push({ id: file.id, ...mark });
    takenOver = Math.max(takenOver, takeoverOf(file, installation) ?? 1);
  }
  return { marked, takenOver };
}

async function readKnown(ctx: PipelineContext, ids: string[]) {
  const open = await LIST_OPEN.rows(ctx.db, { provider: ctx.provider.name });
  const known = await FIND_KNOWN.rows(ctx.db, { ids });
  return {
    open: new Map(open.map((batch) => [batch.id, batch])),
    known: new Set([...known, ...open].map(({ id }) => id)),
  };
}

const LIST_OPEN = statement({
  sql: `SELECT "id", "openaiBatchId", "inputFileId", "epoch" FROM "AIBatchRequest" WHERE "status" NOT IN ${OVER} AND "provider" = $1
         ORDER BY "createdAt", "id"`,
  params: { provider: text },
  row: { id: text, openaiBatchId: nullable(text), inputFileId: nullable(text), epoch: int },
});

const FIND_KNOWN = statement({
  sql: `SELECT "id" FROM "AIBatchRequest" WHERE "id" = ANY($1)
         UNION SELECT "id" FROM "ErasedBatch" WHERE "id" = ANY($1)`,
  params: { ids: arrayOf(text) },
  row: { id: known(text) },
});

/** Of several that were made for one batch, the one that recovery would take. */
function bestOfEach(marked: MarkedBatch[]): MarkedBatch[] {
  const groups = Map.groupBy(marked, ({ mark }) => mark.batchId);
  const best = [...groups.values()].flatMap((group) => group.sort(byWorth)[0] ?? []);
  return best.filter(({ theirs }) => ranOrMayRun(theirs)).sort((a, b) => createdAt(b) - createdAt(a));
}

/** Done ones first, then those that run, then whatever else may have results; the later submission before the earlier. */
function byWorth(a: MarkedBatch, b: MarkedBatch): number {
  return rank(a.theirs) - rank(b.theirs) || b.mark.epoch - a.mark.epoch || createdAt(a) - createdAt(b);
}

function rank(theirs: ProviderBatch): number {
  if (theirs.state === "completed") return 0;
  if (!ranOrMayRun(theirs)) return 3;
  return hasEnded(theirs) || theirs.state === "cancelling" ? 2 : 1;
}

function createdAt({ theirs }: MarkedBatch): number {
  return theirs.createdAt?.getTime() ?? 0;
}
