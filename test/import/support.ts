import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import type { Pool } from "pg";
import { readConfig } from "../../lib/config.ts";
import { type Context, createContext } from "../../lib/context.ts";
import { findOrCreateCompany } from "../../lib/import/findOrCreateCompany.ts";
import { type ImportReport, NothingImportedError } from "../../lib/import/tally.ts";
import { openLog } from "../../lib/observability/log.ts";
import { createTestDatabase } from "../support/database.ts";
import type { Rows } from "../support/rows/index.ts";

export interface Bench {
  ctx: Context;
  pool: Pool;
  /** For what only the owner may do. */
  owner: Pool;
  rows: Rows;
  databaseUrl: string;
  folder: string;
  /** Everything logged so far. */
  logged(): string;
  newCompany(timeZone?: string): Promise<string>;
  writeFile(name: string, content: string | Buffer): Promise<string>;
  close(): Promise<void>;
}

/** A database, a folder and a context to import with. */
export async function openBench(
  env: Record<string, string> = {},
  through?: (address: string) => string,
): Promise<Bench> {
  const database = await createTestDatabase(through && { through });
  const folder = await mkdtemp(path.join(tmpdir(), "livedash-import-"));
  let log = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log += String(chunk);
      done();
    },
  });
  const ctx = createContext({
    config: readConfig(env),
    db: database.pool,
    log: openLog({ level: "trace", format: "json", destination }),
  });
  let companies = 0;
  return {
    ctx,
    pool: database.pool,
    owner: database.owner,
    rows: database.rows,
    databaseUrl: database.url,
    folder,
    logged: () => log,
    newCompany: async (timeZone = "UTC") => {
      companies += 1;
      return (await findOrCreateCompany(ctx, { name: `Company ${companies}`, timeZone })).id;
    },
    writeFile: async (name, content) => {
      const file = path.join(folder, name);
      await writeFile(file, content);
      return file;
    },
    close: async () => {
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface RowFields {
  id: string;
  start?: string;
  end?: string;
  ip?: string;
  country?: string;
  messagesSent?: string;
  url?: string;
  average?: string;
  tokens?: string;
  category?: string;
  message?: string;
}

/** One line of the legacy CSV, every column quoted. */
export function csvRow(fields: RowFields): string {
  const columns = [
    fields.id,
    fields.start ?? "01.03.2024 10:00:00",
    fields.end ?? "01.03.2024 10:05:00",
    fields.ip ?? "192.0.2.1",
    fields.country ?? "NL",
    "dutch",
    fields.messagesSent ?? "",
    "positive",
    "true",
    "false",
    fields.url ?? "",
    fields.average ?? "",
    fields.tokens ?? "",
    "0.0012",
    fields.category ?? "Onboarding",
    fields.message ?? `Question of ${fields.id}`,
  ];
  return columns.map((column) => `"${column.replaceAll('"', '""')}"`).join(",");
}

export const csv = (...rows: (RowFields | string)[]): string =>
  rows.map((row) => `${typeof row === "string" ? row : csvRow(row)}\n`).join("");

export function countsOf({ rows, imported, updated, unchanged, bad }: ImportReport): number[] {
  return [rows, imported, updated, unchanged, bad];
}

/** The report of an import in which nothing was good. */
export async function failedReport(imported: Promise<ImportReport>): Promise<ImportReport> {
  const error = await imported.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (error instanceof NothingImportedError) return { importRunId: "none", ...error.report };
  throw error ?? new Error("Something was imported.");
}

export interface TestServer {
  origin: string;
  close(): Promise<void>;
}

export async function serve(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What an import leaves behind, without ids and times of writing, to compare two ways to the same end. */
export async function stateOf(pool: Pool, companyId: string): Promise<unknown> {
  const { rows } = await pool.query(
    `SELECT i."externalSessionId", i."contentHash", i."initialMessage", i."rawTranscriptContent", s."startTime",
            s."endTime", s."ipAddress", s."country", s."fullTranscriptUrl", s."avgResponseTime", s."initialMsg",
            s."messagesSent", s."language", s."sentiment", s."category", s."escalated",
            (SELECT json_agg(json_build_object('at', m."timestamp", 'role', m."role", 'text', m."content") ORDER BY m."order")
               FROM "Message" m WHERE m."sessionId" = s."id") AS "messages",
            (SELECT json_agg(json_build_object('model', r."model", 'type', r."processingType", 'status', r."processingStatus")
                    ORDER BY r."requestedAt", r."id")
               FROM "AIProcessingRequest" r WHERE r."sessionId" = s."id") AS "requests"
       FROM "SessionImport" i LEFT JOIN "Session" s ON s."importId" = i."id"
      WHERE i."companyId" = $1 ORDER BY i."externalSessionId"`,
    [companyId],
  );
  return rows;
}
