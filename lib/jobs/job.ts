import type { z } from "zod";
import type { Context } from "../context.ts";
import type { JobState } from "../db/enums.ts";
import type { Sql, Transaction } from "../db/pool.ts";
import { int, json, known, nullable, statement, text, textOf, type ValuesOf } from "../db/statement.ts";

/**
 * - **job**: work that somebody has asked for and nobody waits for: a row in "Job".
 * - **message**: what the queue delivers to a worker: that there is a job, and of which round. It may come twice, late, or never.
 * - **round**: a job that is retried by a person, or given back by a worker that stops, is sent again, in a new round.
 * - **attempt**: one time that a worker begins it. Round and attempt guard all that this worker writes, as an epoch does.
 * - **kind**: what is done, by a function that can be broken off anywhere and begun again.
 */
export interface Message {
  id: string;
  round: number;
}

/** Numbers and ids, by name: what people see of what a job has done. */
export type Outcome = Record<string, number | string>;

export interface Progress {
  done: number;
  /** Unknown if left out. */
  total?: number | null;
  outcome?: Outcome;
}

/** A job, for the worker that has it. */
export interface HeldJob<I = unknown> {
  id: string;
  input: I;
  companyId: string | null;
  askedBy: string;
  /** What an earlier attempt has noted. */
  outcome: Outcome;
  /** Aborts when it has to end at its next safe point: somebody aborts it, another worker has it, or the process stops. */
  stopping: AbortSignal;
  /** To be called at each safe point. @throws LiveDashError `stopped` when it has to end there */
  throwIfStopping(): void;
  /**
   * Writes how far it has come. In a transaction, the job stays with this worker until that ends.
   * @throws LiveDashError `job_lost` when it is to end, or is another worker's: what the transaction did must not stand then
   */
  progress(sql: Sql, progress: Progress): Promise<void>;
}

/** What a hook is given of a job. */
interface JobOfKind<I = unknown> {
  id: string;
  input: I;
}

/** How a job ends. */
export type JobEnd = { state: "DONE" } | { state: "ABORTED" } | { state: "FAILED"; code: string; message: string };

/** One kind of work. Its functions may each run several times for one job, and must not mind. */
export interface JobKind<I extends z.ZodType = z.ZodType> {
  name: string;
  input: I;
  /** How many a process works on at a time. */
  atOnce: number;
  /** @throws whatever fails it, for good: a sentence of a LiveDashError is shown to people */
  run(ctx: Context, job: HeldJob<z.output<I>>): Promise<void>;
  /** What else is written in the transaction in which it ends. */
  ended?(ctx: Context, tx: Transaction, job: JobOfKind<z.output<I>>, end: JobEnd): Promise<void>;
  /**
   * What else is written in the transaction in which somebody retries it.
   * @throws RefusedError where it cannot be retried
   */
  retried?(ctx: Context, tx: Transaction, job: JobOfKind<z.output<I>>): Promise<void>;
}

/** All kinds, by their names. */
export type JobKinds = ReadonlyMap<string, JobKind>;

/** Declares a kind: gives it its types and nothing else. */
export function defineKind<I extends z.ZodType>(kind: JobKind<I>): JobKind<I> {
  return kind;
}

/** States in which something is left to do. As SQL, to stand in a condition. */
export const UNFINISHED = `('QUEUED', 'RUNNING')`;

/** A job as its row names it. */
export const jobColumns = {
  id: text,
  kind: text,
  input: json<unknown>(),
  companyId: nullable(text),
  askedBy: text,
  round: int,
  attempt: int,
  outcome: json<Outcome>(),
};
export const JOB_COLUMNS = `"id", "kind", "input", "companyId", "askedBy", "round", "attempt", "outcome"`;
export type JobRow = ValuesOf<typeof jobColumns>;

export function findJob(sql: Sql, id: string) {
  return FIND.first(sql, { id });
}

const FIND = statement({
  sql: `SELECT ${JOB_COLUMNS}, lower("state"::text) AS "state" FROM "Job" WHERE "id" = $1`,
  params: { id: text },
  row: { ...jobColumns, state: known(textOf<Lowercase<JobState>>()) },
});
