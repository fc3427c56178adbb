import type { KeptHead } from "../../audit/chainReport.ts";
import type { Sql } from "../../db/pool.ts";

/** One thing that must hold on every database, and how to find where it does not. */
export interface Invariant {
  /** The number of the invariant in docs/architecture.md, and which side of it this is. */
  id: string;
  /** What it means for the operator when it does not hold. */
  explanation: string;
  /** SQL that gives the ids of what violates it, in a column "id". */
  violations: string;
  /** The statement that repairs every violation without losing or paying for anything; left out where no such repair exists. */
  repair?: { run(on: Sql, values: Readonly<Record<never, never>>): Promise<number> };
  /** What a person can do where there is no repair. */
  advice?: string;
}

/** What the doctor says of one invariant, or of the provider. */
export interface Finding {
  id: string;
  explanation: string;
  count: number;
  /** The first ids, at most ten. */
  examples: string[];
  /** What there is to say of each of these, where it differs. */
  details?: string[];
  /** How many were repaired; only with `fix`. */
  repaired: number;
  advice: string | null;
}

export interface DoctorOptions {
  fix: boolean;
  /** How far the audit log went at some time, as it was kept elsewhere. */
  auditHead?: KeptHead;
}
