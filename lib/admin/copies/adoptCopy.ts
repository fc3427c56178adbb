import { DEFAULT_ACCOUNT } from "../../accounts/account.ts";
import { settleChecked } from "../../accounts/checked.ts";
import { contextsOf } from "../../accounts/inAccount.ts";
import { type Acting, audit } from "../../api/operation.ts";
import { raiseEpochs } from "../../batches/takeOver.ts";
import type { PipelineContext } from "../../context.ts";
import { inTransaction } from "../../db/pool.ts";
import { int, known, statement, text } from "../../db/statement.ts";
import { type Installation, openInstallation, settleInstallation } from "../../installation/installation.ts";
import { takeoverLabelFor } from "../../installation/marks.ts";
import { step } from "../../step.ts";
import { isGone, readContent } from "./readContent.ts";
import { standStill } from "./standStill.ts";
import { type MarkedBatch, type Survey, surveyProvider } from "./survey.ts";
import { findAnswerable, sentAt, sentTimes, takeForgotten } from "./takeForgotten.ts";
import { findUnrecorded, takeFound } from "./takeFound.ts";

interface Count {
  batches: number;
  requests: number;
}

/** What taking over comes to, or would come to. */
export interface Adoption {
  installation: string;
  /** Under which this database goes on. */
  generation: number;
  /** Batches that are in flight, and known here. */
  known: Count;
  /** Those of them that are over at the provider, and whose results have been deleted: their requests are bought again. */
  gone: Count;
  /** Batches that are known here, but not that they were sent, or sent again. */
  found: Count;
  /** Batches that are not known here, with requests that have no answer. */
  forgotten: Count;
  /** Batches that are not known here, and whose results have been deleted: so many requests at most are bought again. */
  lost: Count;
  /** Batches that are not known here, and have nothing for it. */
  left: Count;
  /** Files of which a batch might yet be made, in the time that is lost: they are deleted. */
  unusedFiles: number;
}

/** What adoptCopy would do. Changes nothing. */
export async function planAdoption(ctx: PipelineContext): Promise<Adoption> {
  const installation = await openInstallation(ctx);
  const places = await surveyAll(ctx, installation);
  return weighAll(installation, places, async () => {});
}

/** An account, and what there is in it. */
interface Place<C extends PipelineContext = PipelineContext> {
  ctx: C;
  survey: Survey;
}

/** Every account: what one of them has forgotten would be bought again. */
async function surveyAll<C extends PipelineContext>(ctx: C, installation: Installation): Promise<Place<C>[]> {
  const places: Place<C>[] = [];
  for (const account of await contextsOf(ctx, "all")) {
    places.push({ ctx: account, survey: await surveyProvider(account, installation) });
  }
  return places;
}

/**
 * Makes this database the one of its installation. What the provider has and this database has forgotten is adopted, so
 * that it is not bought again; the database that it was copied from stops when it sees that this one has taken over.
 * Can be run again where it broke off.
 */
export async function adoptCopy(ctx: PipelineContext & Acting): Promise<Adoption> {
  const installation = await standStill(ctx);
  const before = await surveyAll(ctx, installation);
  const generation = highestOf(before) + 1;
  for (const { ctx: account, survey } of before) {
    await announce(account, { id: installation.id, generation });
    await deleteUnused(account, survey);
  }
  // What the other one had just sent shows by then, or fails for want of its file.
  await ctx.clock.sleep(ctx.config.BATCH_SETTLE_TIME, ctx.stopping);
  ctx.stopping.throwIfAborted();
  const places = await surveyAll(ctx, installation);
  for (const { ctx: account, survey } of places) await deleteUnused(account, survey);
  const weighed = await weighAll(installation, places, (take) => take());
  const adoption = { ...weighed, generation, unusedFiles: unusedIn(before) };
  await step(ctx, "adopt.finish", () => finish(ctx, installation, places, adoption));
  ctx.log.warn({ event: "installation.adopted", ...adoption });
  return adoption;
}

const highestOf = (places: readonly Place[]) => Math.max(...places.map(({ survey }) => survey.generation));
const unusedIn = (places: readonly Place[]) => places.reduce((sum, { survey }) => sum + survey.unusedFiles.length, 0);

type Act = (take: () => Promise<unknown>) => Promise<unknown>;
type Counts = Pick<Adoption, "known" | "gone" | "found" | "forgotten" | "lost" | "left">;

async function weighAll(installation: Installation, places: readonly Place[], act: Act): Promise<Adoption> {
  const none = (): Count => ({ batches: 0, requests: 0 });
  const counts = { known: none(), gone: none(), found: none(), forgotten: none(), lost: none(), left: none() };
  for (const place of places) await weigh(place, counts, act);
  return { installation: installation.id, generation: highestOf(places) + 1, ...counts, unusedFiles: unusedIn(places) };
}

/** Goes through all that there is in an account, and takes what can be taken: as far as `act` does it. */
async function weigh({ ctx, survey }: Place, counts: Counts, act: Act): Promise<void> {
  const add = (count: Count, requests: number) => {
    count.batches++;
    count.requests += requests;
  };
  // Newest first: a request that is in two of them was sent again because the earlier one had no answer for it.
  const openSince = sentTimes(ctx, survey.open);
  const spokenFor = new Set<string>();
  for (const marked of survey.forgotten) {
    const content = await readContent(ctx, marked.theirs);
    const requestIds = content.requestIds.filter((id) => !spokenFor.has(id));
    // Two accounts here may be one there, and each shows what was sent in the other: that is the other's to take.
    const answerable = await findAnswerable(ctx.db, { ...ctx, requestIds }, sentAt(ctx, marked), openSince);
    // Without a file nobody can say whose lines they were, only how many it had.
    if (await isGone(ctx, marked.theirs)) add(counts.lost, answerable.length || marked.theirs.counts.completed);
    else if (answerable.length === 0) add(counts.left, content.requestIds.length);
    else {
      add(counts.forgotten, answerable.length);
      await act(() => takeForgotten(ctx, marked, content, { requestIds, openSince }));
      for (const { id } of answerable) spokenFor.add(id);
    }
  }
  for (const open of survey.open) {
    const unrecorded = findUnrecorded(open);
    const { count: waiting } = await COUNT_WAITING.one(ctx.db, { batchId: open.batch.id });
    if (unrecorded) {
      add(counts.found, waiting);
      await act(() => takeFound(ctx, open, unrecorded));
    } else {
      const recorded = open.found.find(({ theirs }) => theirs.id === open.batch.openaiBatchId);
      add(recorded && (await isGone(ctx, recorded.theirs)) ? counts.gone : counts.known, waiting);
    }
  }
}

const COUNT_WAITING = statement({
  sql: `SELECT count(*)::int AS "count" FROM "AIProcessingRequest"
         WHERE "batchId" = $1 AND "processingStatus" = 'BATCHING_IN_PROGRESS'`,
  params: { batchId: text },
  row: { count: known(int) },
});

/** Tells whoever bears the same id that this database has taken over: by a small file, since nothing else can be marked. */
async function announce(ctx: PipelineContext, signature: Pick<Installation, "id" | "generation">): Promise<void> {
  const content = Buffer.from(`${JSON.stringify({ installation: signature.id, generation: signature.generation })}\n`);
  const open = async function* () {
    yield content;
  };
  const file = { label: takeoverLabelFor(signature), open };
  await step(ctx, "adopt.announce", () => ctx.provider.uploadInput(file, ctx.stopping));
}

async function deleteUnused(ctx: PipelineContext, { unusedFiles }: Survey): Promise<void> {
  for (const fileId of unusedFiles) {
    await step(ctx, "adopt.delete_file", () => ctx.provider.deleteFile(fileId));
    ctx.log.info({ event: "installation.file_given_up", fileId });
  }
}

/** From here on the database works again, and what the provider had until now is no riddle any more. */
async function finish(
  ctx: PipelineContext & Acting,
  installation: Installation,
  places: readonly Place[],
  adoption: Adoption,
): Promise<void> {
  const { id, detachedAt } = installation;
  const { generation } = adoption;
  const open = places.flatMap(({ survey }) => survey.open);
  const marks = open.flatMap(({ found }) => found.map(({ mark }: MarkedBatch) => mark));
  await inTransaction(ctx.db, async (tx) => {
    let { checkedUntil } = installation;
    for (const { ctx: account, survey } of places) {
      if (account.accountId === DEFAULT_ACCOUNT) checkedUntil = survey.newest;
      else await settleChecked(tx, account.accountId, survey.newest);
    }
    await settleInstallation(tx, installation, { id, generation, checkedUntil, detachedAt });
    await raiseEpochs(tx, marks);
    const target = { type: "installation", id };
    await audit(ctx, tx, { action: "installation.adopt", outcome: "done", target, details: { ...adoption } });
  });
}
