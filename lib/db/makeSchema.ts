import { type ClientBase, escapeIdentifier } from "pg";
import { whileLocked } from "./migrationClient.ts";

/**
 * Makes a schema unless it is there. Not by `IF NOT EXISTS`, which asks for the right to make one all the same.
 * @throws the driver's error with the code 42501 to who may not
 */
export async function makeSchema(client: ClientBase, schema: string): Promise<void> {
  if (await hasSchema(client, schema)) return;
  await whileLocked(client, async () => {
    if (!(await hasSchema(client, schema))) await client.query(`CREATE SCHEMA ${escapeIdentifier(schema)}`);
  });
}

export async function hasSchema(client: ClientBase, schema: string): Promise<boolean> {
  return (await client.query("SELECT FROM pg_namespace WHERE nspname = $1", [schema])).rowCount === 1;
}
