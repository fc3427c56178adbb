import { notFound } from "next/navigation";
import type { z } from "zod";
import { RefusedError } from "../../lib/api/errors.ts";
import { type CallContext, callOperation, type Operation } from "../../lib/api/operation.ts";

export type Asked<T> = { ok: true; answer: T } | { ok: false; code: string; message: string };

/** Calls an operation for a page. What does not exist is a page that does not exist; other refusals are shown. */
export async function ask<I extends z.ZodType, O extends z.ZodType>(
  ctx: CallContext,
  operation: Operation<I, O>,
  input: Readonly<Record<string, unknown>>,
): Promise<Asked<z.output<O>>> {
  try {
    return { ok: true, answer: (await callOperation(ctx, operation, input)) as z.output<O> };
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    if (error.code === "not_found") notFound();
    return { ok: false, code: error.code, message: error.message };
  }
}
