import type { Prisma } from "../../../lib/db/generated/client.ts";
import type { Sql } from "../../../lib/db/pool.ts";
import { insertRows } from "./insert.ts";

type Model = Prisma.ModelName;

/** A row as the schema describes it: what has a default in the database is optional. */
export type RowOf<M extends Model> = Exclude<
  Prisma.TypeMap["model"][M]["operations"]["createMany"]["args"]["data"],
  readonly unknown[]
>;

/** Lets what may be left out be undefined too. */
type Open<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] };

/** What a test says of a row: whatever it cares about, and what neither the database nor the builder can fill in. */
export type Given<M extends Model, Filled> = Open<
  Omit<RowOf<M>, keyof Filled> & Partial<Pick<RowOf<M>, keyof Filled & keyof RowOf<M>>>
>;

/** Inserts rows of one kind and answers them with all that was filled in, in the same order. */
export type Insert<G, R> = (givens: readonly Partial<G>[]) => Promise<R[]>;

/** What the builder fills in for the `n`th of `count` rows, counted from 1, beside what is given. */
type Fill<M extends Model, Filled> = (given: Open<Partial<RowOf<M>>>, n: number, count: number) => Filled;

/** The rows of one table. A company that they name and that is not there is made. */
export function tableOf<M extends Model, Filled extends Partial<RowOf<M>>>(
  sql: Sql,
  table: M,
  fill: Fill<M, Filled>,
): Insert<Given<M, Filled>, Filled & Partial<Given<M, Filled>>> {
  return async (givens) => {
    const rows = givens.map((given, at) =>
      overlay(fill(given as Open<Partial<RowOf<M>>>, at + 1, givens.length), given),
    );
    if (table !== "Company") await addMissingCompanies(sql, rows);
    await insertRows(sql, table, rows);
    return rows;
  };
}

/** What is given lies over what is filled in; undefined is not given. */
function overlay<F extends object, G extends object>(filled: F, given: G): F & G {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.assign({}, given, filled, Object.fromEntries(said));
}

async function addMissingCompanies(sql: Sql, rows: readonly object[]): Promise<void> {
  const ids = new Set(rows.flatMap((row) => ("companyId" in row && row.companyId ? [row.companyId] : [])));
  const companies = [...ids].map((id) => ({ id, name: `Company ${id}` }));
  await insertRows(sql, "Company", companies, { unlessThere: true });
}

type None = Record<never, never>;
type Each<G> = G | ((n: number) => G);

type One<G, R> = (...given: None extends G ? [given?: G] : [given: G]) => Promise<R>;

/** So many rows, each as `each` says of its number from 1 on; or one for each of a list. */
interface Many<G, R> {
  (list: readonly G[]): Promise<R[]>;
  (count: number, ...each: None extends G ? [each?: Each<G>] : [each: Each<G>]): Promise<R[]>;
}

export function oneOf<G, R>(insert: Insert<G, R>): One<G, R> {
  return async (given?: G) => {
    const [row] = await insert([given ?? {}]);
    if (!row) throw new Error("Nothing was inserted.");
    return row;
  };
}

export function manyOf<G, R>(insert: Insert<G, R>): Many<G, R> {
  return (wanted: number | readonly G[], each?: Each<G>) => {
    if (typeof wanted !== "number") return insert(wanted);
    return insert(Array.from({ length: wanted }, (_, at) => (each instanceof Function ? each(at + 1) : each) ?? {}));
  };
}
