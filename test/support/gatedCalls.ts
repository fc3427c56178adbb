import type { PipelineContext } from "../../lib/context.ts";
import type { ProviderError } from "../../lib/providers/contract/errors.ts";

type Call = "upload" | "list" | "create";

/** What happens, in its order: calls as they begin, lists and creates as they end, files as they are recorded. */
interface Happening {
  what: Call | "listed" | "created" | "recorded";
  /** Null for lists. */
  batchId: string | null;
}

export interface GatedCalls {
  ctx: PipelineContext;
  happened: Happening[];
  /** How often it happened. */
  count(what: Happening["what"]): number;
  /** Resolves once it has happened so often. */
  until(what: Happening["what"], times: number): Promise<void>;
  /** From now on these calls wait before they are made. */
  close(call: Call): void;
  /** Lets those go that wait, and those that come; with an error, they throw it in place of being made. */
  open(call: Call, error?: ProviderError): void;
}

/** The same context, but its calls to the provider wait where the test wants them to: it decides what overlaps, and not luck. */
export function gateCalls(ctx: PipelineContext): GatedCalls {
  const { provider } = ctx;
  const happened: Happening[] = [];
  const closed = new Set<Call>();
  const errors = new Map<Call, ProviderError>();
  const waiting = new Set<() => void>();

  const wake = () => {
    for (const check of [...waiting]) check();
  };
  const wait = (isOver: () => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (isOver() && waiting.delete(check)) resolve();
      };
      waiting.add(check);
      check();
    });
  const note = (what: Happening["what"], batchId: string | null = null) => {
    happened.push({ what, batchId });
    wake();
  };
  const pass = async (call: Call, batchId: string | null = null) => {
    note(call, batchId);
    await wait(() => !closed.has(call));
    const error = errors.get(call);
    if (error) throw error;
  };
  const count = (what: Happening["what"]) => happened.filter((one) => one.what === what).length;

  return {
    happened,
    count,
    until: (what, times) => wait(() => count(what) >= times),
    close: (call) => closed.add(call),
    open: (call, error) => {
      if (error) errors.set(call, error);
      else errors.delete(call);
      closed.delete(call);
      wake();
    },
    ctx: {
      ...ctx,
      log: Object.assign(Object.create(ctx.log), {
        info: (fields: { event?: string; batchId?: string }) => {
          ctx.log.info(fields);
          if (fields.event === "batch.uploaded") note("recorded", fields.batchId);
        },
      }),
      provider: {
        ...provider,
        uploadInput: async (file, signal) => {
          await pass("upload", file.label.kind === "input" ? file.label.batchId : null);
          return provider.uploadInput(file, signal);
        },
        listBatches: async function* (since) {
          await pass("list");
          yield* provider.listBatches(since);
          note("listed");
        },
        createBatch: async (batch) => {
          await pass("create", batch.mark.batchId);
          const created = await provider.createBatch(batch);
          note("created", batch.mark.batchId);
          return created;
        },
      },
    },
  };
}
