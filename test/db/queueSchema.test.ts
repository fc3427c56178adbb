import { expect, it } from "vitest";
import { QUEUE_VERSION, readQueue } from "../../lib/db/queueSchema.ts";
import { createTestDatabase } from "../support/database.ts";

it("a new database has the queue's tables in the version that migrations bring older ones to", async () => {
  const database = await createTestDatabase();
  try {
    expect(await readQueue(database.owner)).toMatchObject({ version: QUEUE_VERSION, owns: true });
  } finally {
    await database.drop();
  }
});
