import { LiveDashError } from "../errors.ts";
import type { Sql } from "./pool.ts";

/** A type of PostgreSQL, what the driver makes of it, and what it takes for it. */
export interface Column<T, Given = T> {
  /** The type's name as `format_type` gives it. */
  readonly type: string;
  /** Whether NULL may come, or be given. */
  readonly isNullable: boolean;
  /** The labels of an enum. */
  readonly labels?: readonly string[];
  /** What the database cannot know: that it is never NULL. */
  readonly isKnown?: boolean;
  /** Of the type alone, as the next: there is no such value. */
  readonly as?: T;
  readonly given?: Given;
}

type Columns = Readonly<Record<string, Column<unknown>>>;
type None = Readonly<Record<never, never>>;
/** What comes back. */
export type ValuesOf<C extends Columns> = {
  -readonly [name in keyof C]: C[name] extends Column<infer T, unknown> ? T : never;
};
type GivenFor<C extends Columns> = {
  readonly [name in keyof C]: C[name] extends Column<unknown, infer Given> ? Given : never;
};

const column = <T, Given = T>(type: string): Column<T, Given> => ({ type, isNullable: false });

export const text = column<string>("text");
/** Text of which LiveDash alone writes these values. */
export const textOf = <T extends string>(): Column<T> => column<T>("text");
export const int = column<number>("integer");
/** The driver gives it as text: it may be larger than a number can be exactly. */
export const bigint = column<string, string | number>("bigint");
export const double = column<number>("double precision");
/** The driver gives it as text: a number may not be exactly what it is. */
export const numeric = column<string>("numeric");
export const bool = column<boolean>("boolean");
export const timestamp = column<Date>("timestamp with time zone");
export const bytes = column<Buffer>("bytea");
export const uuid = column<string>("uuid");
/** Given as its text: of an array, the driver would make one of PostgreSQL's. */
export const json = <T>(): Column<T, string> => column<T, string>("jsonb");
/** One of the enums that Prisma has generated: its labels are compared, too. */
export const oneOf = <T extends string>(name: string, labels: Readonly<Record<string, T>>): Column<T> => ({
  ...column<T>(`"${name}"`),
  labels: Object.values(labels),
});
export const arrayOf = <T, Given>({ type, labels }: Column<T, Given>): Column<T[], readonly Given[]> => ({
  ...column<T[], readonly Given[]>(`${type}[]`),
  ...(labels ? { labels } : {}),
});
export const nullable = <T, Given>(of: Column<T, Given>): Column<T | null, Given | null> => ({
  ...(of as Column<T | null, Given | null>),
  isNullable: true,
});
/** Of what is never NULL and could be, such as a count, or a list in Prisma's schema: nobody but its author can know. */
export const known = <T, Given>(of: Column<T, Given>): Column<T, Given> => ({ ...of, isKnown: true });

/** A statement as it is declared. */
export interface Declared<P extends Columns = Columns, R extends Columns = Columns> {
  readonly sql: string;
  /** What stands for $1, $2 ..., in this order. */
  readonly params: P;
  /** The columns that come back. */
  readonly row: R;
}

/** The same, and how it is run. */
export interface Statement<P extends Columns, R extends Columns> extends Declared<P, R> {
  /** All rows. */
  rows(on: Sql, values: GivenFor<P>): Promise<ValuesOf<R>[]>;
  /** The first row, if there is one. */
  first(on: Sql, values: GivenFor<P>): Promise<ValuesOf<R> | undefined>;
  /** Its row, of a statement that always has one, as a count does. @throws LiveDashError `no_row` */
  one(on: Sql, values: GivenFor<P>): Promise<ValuesOf<R>>;
  /** How many rows it was about. */
  run(on: Sql, values: GivenFor<P>): Promise<number>;
}

/** A row that comes back. */
export type RowOf<S> = S extends Declared<Columns, infer R> ? ValuesOf<R> : never;

/** Each that was declared in a file that is loaded: what `npm run check:sql` looks at. */
export const STATEMENTS: Declared[] = [];

/**
 * Declares one statement, with the types of what it is given and of what comes back. `npm run check:sql` has PostgreSQL
 * describe it, and compares names, types and nullability: a row is what it is said to be.
 */
export function statement<const P extends Columns = None, const R extends Columns = None>(declared: {
  sql: string;
  params?: P;
  row?: R;
}): Statement<P, R> {
  const { sql } = declared;
  const params = declared.params ?? ({} as P);
  const row = declared.row ?? ({} as R);
  const names = Object.keys(params);
  const ask = (on: Sql, values: GivenFor<P>) =>
    on.query<ValuesOf<R>>(
      sql,
      names.map((name) => values[name as keyof P]),
    );
  const declaration: Statement<P, R> = {
    sql,
    params,
    row,
    rows: async (on, values) => (await ask(on, values)).rows,
    first: async (on, values) => (await ask(on, values)).rows[0],
    one: async (on, values) => (await ask(on, values)).rows[0] ?? noRow(sql),
    run: async (on, values) => (await ask(on, values)).rowCount ?? 0,
  };
  STATEMENTS.push(declaration);
  return declaration;
}

function noRow(sql: string): never {
  throw new LiveDashError("no_row", `A statement that always has a row had none: ${sql.trim().slice(0, 200)}`);
}

/** Labels as SQL, to stand after IN. */
export function setOf<T extends string>(labels: readonly T[]): string {
  return `(${labels.map((label) => `'${label}'`).join(", ")})`;
}
