import type { Client, Connection, Submittable } from "pg";

/** What PostgreSQL says of a statement, before it runs it. */
export interface Description {
  /** Types of $1, $2 ... */
  params: string[];
  columns: DescribedColumn[];
}

interface DescribedColumn {
  name: string;
  type: string;
  /** Undefined where the column is an expression: then PostgreSQL does not know. */
  isNullable: boolean | undefined;
}

interface Field {
  name: string;
  dataTypeID: number;
  tableID: number;
  columnID: number;
}

/** What the driver calls with the server's messages; its types leave these out. */
interface Describing extends Submittable {
  handleRowDescription(message: { fields: Field[] }): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

/**
 * Has PostgreSQL parse and describe a statement without running it: the messages Parse, Describe and Sync of its protocol
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
 * @throws the server's error where the statement does not fit the schema
 */
export async function describeStatement(client: Client, sql: string): Promise<Description> {
  const { params, fields } = await ask(client, sql);
  const { rows } = await client.query<{ params: string[]; types: string[]; nullable: (boolean | null)[] }>(
    `SELECT ARRAY(SELECT format_type(t, NULL) FROM unnest($1::oid[]) WITH ORDINALITY AS p(t, n) ORDER BY n) AS "params",
            ARRAY(SELECT format_type(t, NULL) FROM unnest($2::oid[]) WITH ORDINALITY AS p(t, n) ORDER BY n) AS "types",
            ARRAY(SELECT NOT a.attnotnull FROM unnest($3::oid[], $4::int[]) WITH ORDINALITY AS f(rel, col, n)
                    LEFT JOIN pg_attribute a ON a.attrelid = f.rel AND a.attnum = f.col AND f.rel <> 0 ORDER BY n) AS "nullable"`,
    [
      params,
      fields.map(({ dataTypeID }) => dataTypeID),
      fields.map(({ tableID }) => tableID),
      fields.map(({ columnID }) => columnID),
    ],
  );
  const [said] = rows;
  if (!said) throw new Error("PostgreSQL has not named the types.");
  const outer = fields.length > 0 && (await hasOuterJoin(client, sql, params.length));
  const columns = fields.map(({ name }, index) => {
    const isNullable = said.nullable[index] ?? undefined;
    // A column of a table that is joined from outside may be missing.
    return { name, type: said.types[index] ?? "", isNullable: outer && isNullable === false ? undefined : isNullable };
  });
  return { params: said.params, columns };
}

function ask(client: Client, sql: string): Promise<{ params: number[]; fields: Field[] }> {
  return new Promise((resolve, reject) => {
    let params: number[] = [];
    let fields: Field[] = [];
    let connection: Connection | undefined;
    const hear = (message: { dataTypeIDs: number[] }) => {
      params = message.dataTypeIDs;
    };
    const over = () => connection?.removeListener("parameterDescription", hear);
    const describing: Describing = {
      submit: (given) => {
        connection = given;
        connection.once("parameterDescription", hear);
        connection.parse({ name: "", text: sql, types: [] }, true);
        connection.describe({ type: "S", name: "" }, true);
        connection.sync();
      },
      handleRowDescription: (message) => {
        fields = message.fields;
      },
      handleReadyForQuery: () => {
        over();
        resolve({ params, fields });
      },
      handleError: (error) => {
        over();
        reject(error);
      },
    };
    client.query(describing);
  });
}

async function hasOuterJoin(client: Client, sql: string, params: number): Promise<boolean> {
  await client.query("BEGIN; SET LOCAL plan_cache_mode = force_generic_plan");
  try {
    await client.query(`PREPARE described AS ${sql}`);
    const nulls = params === 0 ? "" : `(${Array.from({ length: params }, () => "NULL").join(", ")})`;
    const { rows } = await client.query<{ "QUERY PLAN": unknown }>(`EXPLAIN (FORMAT JSON) EXECUTE described${nulls}`);
    return /"Join Type": ?"(Left|Right|Full)"/.test(JSON.stringify(rows[0]?.["QUERY PLAN"]));
  } finally {
    await client.query("ROLLBACK; DEALLOCATE ALL");
  }
}
