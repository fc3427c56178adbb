import type { Pool, PoolClient } from "pg";
import { z } from "zod";

/** What a transaction did: how each table was read, as `Index Scan Session_pkey` or `Seq Scan Session`, and how many rows. */
export interface Explained {
  scans: Set<string>;
  rowsRead: number;
}

const nodeShape = z.object({
  "Node Type": z.string(),
  "Relation Name": z.string().optional(),
  "Index Name": z.string().optional(),
  get Plans() {
    return z.array(nodeShape).optional();
  },
});
const planShape = z.tuple([z.object({ "QUERY PLAN": z.tuple([z.object({ Plan: nodeShape })]) })]);

/**
 * The same pool, but each statement of a transaction is explained first, with the same values, and all its plans are
 * reported when it commits.
 */
export function explained(pool: Pool, report: (transaction: Explained) => void): Pool {
  return new Proxy(pool, {
    get: (target, name) => {
      if (name === "connect") return async () => explainFirst(await target.connect(), report);
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function explainFirst(client: PoolClient, report: (transaction: Explained) => void): PoolClient {
  let scans = new Set<string>();
  let readBefore = 0;
  const query = async (sql: string, values: unknown[] = []) => {
    if (/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/.test(sql)) {
      const { rows } = await client.query({ text: `EXPLAIN (FORMAT JSON) ${sql}`, values });
      for (const scan of scansOf(planShape.parse(rows)[0]["QUERY PLAN"][0].Plan)) scans.add(scan);
    }
    if (sql === "COMMIT") report({ scans, rowsRead: (await rowsRead(client)) - readBefore });
    const result = await client.query(sql, values);
    if (sql.startsWith("BEGIN")) {
      scans = new Set();
      readBefore = await rowsRead(client);
    }
    return result;
  };
  return new Proxy(client, {
    get: (target, name) => {
      if (name === "query") return query;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function scansOf(node: z.output<typeof nodeShape>): string[] {
  const read = node["Index Name"] ?? node["Relation Name"];
  const own = read && node["Node Type"].endsWith("Scan") ? [`${node["Node Type"]} ${read}`] : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)];
}

/** Rows that this connection has read and not yet reported, by whatever way; checks of foreign keys count too. */
async function rowsRead(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ read: number }>(
    `SELECT sum(seq_tup_read + COALESCE(idx_tup_fetch, 0))::int AS "read" FROM pg_stat_xact_user_tables`,
  );
  return rows[0]?.read ?? 0;
}
