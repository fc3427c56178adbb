import type { World } from "./simWorld.ts";

/** What there is to do: so many requests over so many companies, all pending. */
export interface Work {
  requests: number;
  companies?: number;
}

const MODEL = "gpt-6-luna";

/** Puts companies, sessions, messages and requests into the database; their ids are those of `newId`, in order. */
export async function addRequests(world: World, work: Work, newId: () => string): Promise<void> {
  const companies = Array.from({ length: work.companies ?? 1 }, (_, index) => ({
    id: newId(),
    name: `Company ${index}`,
  }));
  const base = world.time().now() - 60_000;
  const rows = Array.from({ length: work.requests }, (_, index) => ({
    companyId: companies[index % companies.length]?.id,
    sessionId: newId(),
    messageId: newId(),
    requestId: newId(),
    at: new Date(base + index).toISOString(),
    text: `How do I ask for leave in week ${index}?`,
  }));
  await world.admin.query(
    `INSERT INTO "Company" ("id", "name") SELECT * FROM json_to_recordset($1::json) AS c("id" text, "name" text)`,
    [JSON.stringify(companies)],
  );
  const source = `FROM json_to_recordset($1::json) AS r("companyId" text, "sessionId" text, "messageId" text,
    "requestId" text, "at" timestamptz, "text" text)`;
  await world.admin.query(
    `INSERT INTO "Session" ("id", "companyId", "startTime", "endTime")
     SELECT "sessionId", "companyId", "at", "at" ${source}`,
    [JSON.stringify(rows)],
  );
  await world.admin.query(
    `INSERT INTO "Message" ("id", "sessionId", "role", "content", "order")
     SELECT "messageId", "sessionId", 'User', "text", 0 ${source}`,
    [JSON.stringify(rows)],
  );
  await world.admin.query(
    `INSERT INTO "AIProcessingRequest" ("id", "companyId", "sessionId", "model", "processingType", "requestedAt")
     SELECT "requestId", "companyId", "sessionId", '${MODEL}', 'session-analysis', "at" ${source}`,
    [JSON.stringify(rows)],
  );
}
