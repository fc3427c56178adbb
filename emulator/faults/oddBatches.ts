import { z } from "zod";
import { isObject } from "../http/call.ts";
import { defineFault } from "./fault.ts";

type Batch = Record<string, unknown>;

const TIMES = ["created_at", "in_progress_at", "expires_at", "finalizing_at", "completed_at", "failed_at"];

const HOW = {
  errors_list: (batch: Batch) => ({ ...batch, errors: isObject(batch.errors) ? batch.errors.data : [] }),
  numbers_for_codes: (batch: Batch) => ({
    ...batch,
    errors: isObject(batch.errors) ? withNumbers(batch.errors) : null,
  }),
  iso_times: (batch: Batch) => inTimes(batch, (seconds) => new Date(seconds * 1_000).toISOString()),
  ms_times: (batch: Batch) => inTimes(batch, (seconds) => seconds * 1_000),
  no_expiry: (batch: Batch) => ({ ...batch, expires_at: null }),
  no_counts: (batch: Batch) => ({ ...batch, request_counts: null }),
  capitals: (batch: Batch) => ({ ...batch, status: String(batch.status).toUpperCase() }),
  blanks: (batch: Batch) => ({ ...batch, status: ` ${String(batch.status).replace("_", " ")} ` }),
  no_input_file: (batch: Batch) => ({ ...batch, input_file_id: null }),
  words_for_none: (batch: Batch) => ({
    ...batch,
    error_file_id: batch.error_file_id ?? "null",
    errors: batch.errors ?? "None",
  }),
  wrapped: (batch: Batch) => ({ batch, warning: null }),
  metadata_odd: (batch: Batch) => ({ ...batch, metadata: { ...(isObject(batch.metadata) && batch.metadata), run: 7 } }),
} as const;

const names = Object.keys(HOW) as [keyof typeof HOW];

export const oddBatches = defineFault({
  kind: "odd_batches",
  summary: "Batches are returned with a field in another shape: times, errors, counts, or the case of the status.",
  at: "call",
  route: { path: "/v1/batches*" },
  params: z.strictObject({ how: z.enum(names).default("errors_list") }),
  onReply: async (_call, reply, { how }) => {
    if (reply.kind !== "json" || !isObject(reply.body)) return reply;
    const { body } = reply;
    if (body.object === "batch") return { ...reply, body: HOW[how](body) };
    if (!Array.isArray(body.data)) return reply;
    return { ...reply, body: { ...body, data: body.data.map((item) => (isObject(item) ? HOW[how](item) : item)) } };
  },
});

/** As gateways do that hand on their own errors. */
function withNumbers(errors: Record<string, unknown>) {
  const data = Array.isArray(errors.data) ? errors.data : [];
  return { ...errors, data: data.map((error: unknown) => (isObject(error) ? { ...error, code: 4001 } : error)) };
}

function inTimes(batch: Batch, change: (seconds: number) => unknown): Batch {
  const times = TIMES.map((name) => [name, batch[name]] as const);
  return {
    ...batch,
    ...Object.fromEntries(times.map(([name, at]) => [name, typeof at === "number" ? change(at) : at])),
  };
}
