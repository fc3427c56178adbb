import type { z } from "zod";
import { type AuditEntry, recordAudit } from "../audit/recordAudit.ts";
import type { Actor } from "../auth/actor.ts";
import type { Permission } from "../auth/permissions.ts";
import type { Context, PipelineContext } from "../context.ts";
import type { Sql } from "../db/pool.ts";
import { DeniedError, RefusedError } from "./errors.ts";
import { faultInWords } from "./faultInWords.ts";
import { assertConfirmed } from "./stepUp.ts";

/** Who does something, and from where. */
export interface Acting<A extends Actor = Actor> {
  actor: A;
  /** The address that the call comes from; null at the command line. */
  from: string | null;
  requestId: string;
}

/** What an operation is given: the pipeline's context, and who asks from where. */
export interface CallContext<A extends Actor = Actor> extends PipelineContext, Acting<A> {}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** What an operation answers instead of JSON: bytes as they come. */
export interface Download {
  /** Such as `text/csv; charset=utf-8`. */
  type: string;
  fileName?: string;
  content: ReadableStream<Uint8Array>;
}

/**
 * One thing that can be asked for or done, through the API and the console alike.
 * - `input` is strict: path parameters, query and JSON body together; an unknown field is refused.
 * - `output` is what is answered beside `ok`; fields that it does not name never leave. None: a Download is answered.
 */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType | undefined = z.ZodType | undefined> {
  /** The operation's name in the API's description, such as `listRequests`. */
  name: string;
  summary: string;
  method: Method;
  /** Such as `/api/admin/legacy/requests/{id}`. */
  path: `/api/${string}` | "/metrics";
  permission: Permission;
  /** `pending`: also for people who have to choose a password or set up a second factor first. */
  openTo?: "pending";
  /**
   * People give their second factor once more before they change anything. `not needed`: for what touches no user, no
   * key, no secret and nobody's access, such as the work of the pipeline.
   */
  confirmed?: "not needed";
  input: I;
  /** Values that make a valid call, for the description and its tests. */
  example: z.input<I>;
  output: O;
  /** 202: it is accepted, and done later. Else 200. */
  status?: 202;
  /** Answers server-sent events, for as long as somebody listens. */
  live?: true;
  /** The type of a body that is not JSON: it is handed on as a stream, as `body`. */
  bodyType?: string;
  run(
    ctx: CallContext,
    input: z.output<I>,
    body?: ReadableStream<Uint8Array>,
  ): Promise<O extends z.ZodType ? z.input<O> : Download>;
}

/** Declares an operation: gives it its types and nothing else. */
export function defineOperation<I extends z.ZodType, O extends z.ZodType | undefined>(
  operation: Operation<I, O>,
): Operation<I, O> {
  return operation;
}

/**
 * Calls an operation for an actor: authorise, parse, run, in that order.
 * @throws RefusedError `forbidden`, `password_change_required`, `two_factor_required`, `second_factor_needed`,
 * `invalid_input`, and the operation's own
 */
export async function callOperation<I extends z.ZodType, O extends z.ZodType | undefined>(
  ctx: CallContext,
  operation: Operation<I, O>,
  given: unknown,
  body?: ReadableStream<Uint8Array>,
): Promise<O extends z.ZodType ? z.output<O> : Download> {
  await authoriseOperation(ctx, operation);
  const answer = await recordingDenials(ctx, () => operation.run(ctx, parseInput(operation.input, given), body));
  return (operation.output ? operation.output.parse(answer) : answer) as O extends z.ZodType ? z.output<O> : Download;
}

/** Does what is asked, and records it if the actor turns out to have no right to it: the transaction is over by then. */
async function recordingDenials<T>(ctx: Context & Acting, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DeniedError) {
      await audit(ctx, ctx.db, { action: error.action, outcome: "denied", details: error.details });
    }
    throw error;
  }
}

/** Refuses unless the actor may call this operation and has nothing to do first. */
export async function authoriseOperation(
  ctx: CallContext,
  operation: Pick<Operation, "name" | "method" | "permission" | "openTo" | "confirmed">,
): Promise<void> {
  const { actor } = ctx;
  const pending = "pending" in actor && operation.openTo !== "pending" ? actor.pending : undefined;
  if (pending === "password") {
    throw new RefusedError("password_change_required", "Choose your own password first.");
  }
  if (pending === "two_factor") {
    throw new RefusedError(
      "two_factor_required",
      "Set up two-factor authentication first. Your role or your company requires it.",
    );
  }
  await authorise(ctx, operation.permission, operation.name);
  assertConfirmed(actor, operation);
}

/** Refuses, and records the refusal, unless the actor has the permission. */
export async function authorise(ctx: CallContext, permission: Permission, action: string): Promise<void> {
  if (ctx.actor.permissions.has(permission)) return;
  await audit(ctx, ctx.db, { action, outcome: "denied", details: { permission } });
  throw new RefusedError("forbidden", `You need the permission "${permission}" to do this.`);
}

/** @throws RefusedError `invalid_input`, naming each field that is wrong and how */
export function parseInput<I extends z.ZodType>(schema: I, given: unknown): z.output<I> {
  const result = schema.safeParse(given, { error: faultInWords });
  if (result.success) return result.data;
  const faults = result.error.issues.slice(0, 5).map((issue) => {
    const at = issue.path.join(".");
    return at ? `${at}: ${issue.message}` : issue.message;
  });
  throw new RefusedError("invalid_input", `The input is not valid. ${faults.join("; ")}`);
}

/** Records what this call does, in the transaction that does it. */
export function audit(
  ctx: Pick<CallContext, "clock" | "newId"> & Acting,
  sql: Sql,
  entry: Pick<AuditEntry, "action" | "outcome" | "target" | "companyId" | "details">,
): Promise<void> {
  const { kind, id, name } = ctx.actor;
  return recordAudit(ctx, sql, { ...entry, actor: { kind, id, name }, from: ctx.from, requestId: ctx.requestId });
}
