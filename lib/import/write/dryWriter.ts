import type { PoolClient } from "pg";
import { DEFAULT_ANALYSIS } from "../../analysis/registry.ts";
import { copyRows } from "../../db/copy.ts";
import type { Database } from "../../db/pool.ts";
import { bool, known, statement, text } from "../../db/statement.ts";
import { LiveDashError } from "../../errors.ts";
import type { ImportRow } from "../row.ts";
import { messagesOf } from "../transcripts/messagesOf.ts";
import type { TranscriptLine } from "../transcripts/readHead.ts";
import { contentHashOf, isSame } from "./contentHash.ts";
import { readContentHashes, type WriteScope } from "./scope.ts";
import { FOLDED_ID, findSimilarIds } from "./similarIds.ts";
import { type ChangedCount, findChanged, findMoved, findOtherText, findPending } from "./updateSessions.ts";
import { sort, type WrittenChunk } from "./writeChunk.ts";
import type { SessionWriter } from "./writer.ts";

/** Each holds two connections; all of them together must leave some. */
const AT_ONCE = 2;
/** What stands in a line beside prompt and schema: ids, names, settings. Bytes. */
const LINE_BYTES = 300;

/** The requests that an import would make. */
export interface WouldBeRequests {
  lines: number;
  /** About the size of their lines in an input file. */
  bytes: number;
}

/**
 * Counts what would be written, and writes nothing: what it has seen of the file stands in a temporary table, which
 * disappears with its connection.
 */
export class DryWriter implements SessionWriter {
  readonly requests: WouldBeRequests = { lines: 0, bytes: 0 };
  readonly #client: PoolClient;
  readonly #scope: WriteScope;

  private constructor(client: PoolClient, scope: WriteScope) {
    this.#client = client;
    this.#scope = scope;
  }

  /** @throws LiveDashError `too_many_dry_runs` */
  static async open(db: Database, scope: WriteScope): Promise<DryWriter> {
    const client = await db.connect();
    client.on("error", () => {}); // A lost connection is reported by the query that needs it.
    try {
      await takeTurn(client);
      await client.query(
        `CREATE TEMP TABLE seen_row ("id" text PRIMARY KEY, "hash" text NOT NULL, "start" timestamptz NOT NULL)`,
      );
      await client.query(`CREATE INDEX ON seen_row (${FOLDED_ID('"id"')})`);
      return new DryWriter(client, scope);
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  close(): void {
    this.#client.release(true);
  }

  async write(rows: readonly ImportRow[]): Promise<WrittenChunk> {
    const { companyId, roleWords, transcripts } = this.#scope;
    const ids = [...new Set(rows.map((row) => row.id))];
    const hashes = await readContentHashes(this.#client, companyId, ids);
    for (const { id, hash } of await this.#seen(ids)) hashes.set(id, hash);
    const { fresh, known } = sort(this.#scope, rows, hashes);
    await copyRows(
      this.#client,
      "seen_row",
      ["id", "hash", "start"],
      fresh.map((row) => [row.id, contentHashOf(row.rowHash, row.transcript, roleWords), row.startTime]),
    );
    for (const row of fresh) this.#addRequest(messagesOf(row.transcript, row.raw.initialMessage, transcripts));
    const similar = await findSimilarIds(this.#client, companyId, fresh, `SELECT "id" FROM seen_row`);
    return { imported: fresh.length, known, similar };
  }

  async change(rows: readonly ImportRow[]): Promise<ChangedCount> {
    const scope = this.#scope;
    const changed = await findChanged(this.#client, scope, rows);
    const pending = await findPending(this.#client, scope, changed);
    for (const { sessionId, messages } of await findOtherText(this.#client, changed)) {
      if (!pending.has(sessionId)) this.#addRequest(messages);
    }
    const byId = new Map(rows.map((row) => [row.id, row]));
    const ofThisFile = (await this.#seen([...byId.keys()])).flatMap(({ id, hash, start }) => {
      const row = byId.get(id);
      return row && !isSame(row, hash, scope.roleWords) ? [{ row, startTime: start, createdAt: scope.beganAt }] : [];
    });
    const all = [...changed, ...ofThisFile];
    return { updated: all.length, moved: findMoved(scope, all) };
  }

  /** One without a text gets no line. */
  #addRequest(messages: TranscriptLine[]): void {
    if (!messages.some(({ content }) => content.trim() !== "")) return;
    const { system, user } = DEFAULT_ANALYSIS.prompt(messages, []);
    this.requests.lines += 1;
    this.requests.bytes += LINE_BYTES + SCHEMA_BYTES + Buffer.byteLength(system) + Buffer.byteLength(user);
  }

  async #seen(ids: readonly string[]): Promise<{ id: string; hash: string; start: Date }[]> {
    const sql = `SELECT "id", "hash", "start" FROM seen_row WHERE "id" = ANY($1::text[])`;
    return (await this.#client.query<{ id: string; hash: string; start: Date }>(sql, [ids])).rows;
  }
}

const SCHEMA_BYTES = Buffer.byteLength(JSON.stringify(DEFAULT_ANALYSIS.jsonSchema()));

/** Held until the connection ends. */
async function takeTurn(client: PoolClient): Promise<void> {
  for (let turn = 1; turn <= AT_ONCE; turn += 1) {
    if ((await TAKE_TURN.first(client, { turn: String(turn) }))?.taken) return;
  }
  const sentence = `${AT_ONCE} dry runs are already running, which is the limit. Try again when one has finished.`;
  throw new LiveDashError("too_many_dry_runs", sentence, { retryable: true });
}

const TAKE_TURN = statement({
  sql: `SELECT pg_try_advisory_lock(hashtextextended('livedash:dry-run:' || $1, 0)) AS "taken"`,
  params: { turn: text },
  row: { taken: known(bool) },
});
