import { DEFAULT_ANALYSIS } from "../../analysis/registry.ts";
import { copyRows } from "../../db/copy.ts";
import type { Transaction } from "../../db/pool.ts";
import type { Scratch } from "../../db/scratch.ts";
import { bool, known, statement, text } from "../../db/statement.ts";
import { LiveDashError } from "../../errors.ts";
import type { ImportRow } from "../row.ts";
import { messagesOf } from "../transcripts/messagesOf.ts";
import type { TranscriptLine } from "../transcripts/readHead.ts";
import { contentHashOf, isSame } from "./contentHash.ts";
import { readContentHashes, type WriteScope } from "./scope.ts";
import { FOLDED_ID, findSimilarIds } from "./similarIds.ts";
import { type ChangedCount, findChanged, findMoved, findOtherText, findPending } from "./updateSessions.ts";
import { leaveOutErased, sort, type WrittenChunk } from "./writeChunk.ts";
import type { SessionWriter } from "./writer.ts";

/** Each holds a connection, and its transaction keeps the database from clearing away what is out of date. */
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
 * Counts what would be written, and writes nothing: what it has seen of the file stands in a temporary table.
 */
export class DryWriter implements SessionWriter {
  readonly requests: WouldBeRequests = { lines: 0, bytes: 0 };
  readonly #scratch: Scratch;
  readonly #scope: WriteScope;

  private constructor(scratch: Scratch, scope: WriteScope) {
    this.#scratch = scratch;
    this.#scope = scope;
  }

  /** @throws LiveDashError `too_many_dry_runs` */
  static async open(scratch: Scratch, scope: WriteScope): Promise<DryWriter> {
    await scratch.write(async (tx) => {
      await takeTurn(tx);
      await tx.query(
        `CREATE TEMP TABLE seen_row ("id" text PRIMARY KEY, "hash" text NOT NULL, "start" timestamptz NOT NULL) ON COMMIT DROP`,
      );
      await tx.query(`CREATE INDEX ON seen_row (${FOLDED_ID('"id"')})`);
    });
    return new DryWriter(scratch, scope);
  }

  async write(rows: readonly ImportRow[]): Promise<WrittenChunk> {
    const { companyId, roleWords, transcripts } = this.#scope;
    const { rest, erased } = await this.#scratch.read((tx) => leaveOutErased(tx, companyId, rows));
    const ids = [...new Set(rest.map((row) => row.id))];
    const hashes = await this.#scratch.read((tx) => readContentHashes(tx, companyId, ids));
    for (const { id, hash } of await this.#seen(ids)) hashes.set(id, hash);
    const { fresh, known } = sort(this.#scope, rest, hashes);
    const seen = fresh.map((row) => [row.id, contentHashOf(row.rowHash, row.transcript, roleWords), row.startTime]);
    await this.#scratch.write((tx) => copyRows(tx, "seen_row", ["id", "hash", "start"], seen));
    for (const row of fresh) this.#addRequest(messagesOf(row.transcript, row.raw.initialMessage, transcripts));
    const among = `SELECT "id" FROM seen_row`;
    const similar = await this.#scratch.read((tx) => findSimilarIds(tx, companyId, fresh, among));
    return { imported: fresh.length, known, similar, erased };
  }

  async change(rows: readonly ImportRow[]): Promise<ChangedCount> {
    const scope = this.#scope;
    const { changed, pending, otherText } = await this.#scratch.read(async (tx) => {
      const found = await findChanged(tx, scope, rows);
      return {
        changed: found,
        pending: await findPending(tx, scope, found),
        otherText: await findOtherText(tx, found),
      };
    });
    for (const { sessionId, messages } of otherText) {
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
    return this.#scratch.write(
      async (tx) => (await tx.query<{ id: string; hash: string; start: Date }>(sql, [ids])).rows,
    );
  }
}

const SCHEMA_BYTES = Buffer.byteLength(JSON.stringify(DEFAULT_ANALYSIS.jsonSchema()));

/** Held until the end of the transaction. */
async function takeTurn(tx: Transaction): Promise<void> {
  for (let turn = 1; turn <= AT_ONCE; turn += 1) {
    if ((await TAKE_TURN.first(tx, { turn: String(turn) }))?.taken) return;
  }
  const sentence = `${AT_ONCE} dry runs are already running, which is the limit. Try again when one has finished.`;
  throw new LiveDashError("too_many_dry_runs", sentence, { retryable: true });
}

const TAKE_TURN = statement({
  sql: `SELECT pg_try_advisory_xact_lock(hashtextextended('livedash:dry-run:' || $1, 0)) AS "taken"`,
  params: { turn: text },
  row: { taken: known(bool) },
});
