import { Places } from "../places.ts";
import type { Database, Transaction } from "./pool.ts";

/** Longer than any pause in what is read, and an end to what a process that is frozen would hold. */
const BEGIN = "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '1h'; SET LOCAL jit = off";
const UNLOCK = "ROLLBACK TO SAVEPOINT reading; RELEASE SAVEPOINT reading";

/** Half of a pool's connections can be held as long as this; the others are left to those who hold them, and to everybody else. */
const places = new WeakMap<Database, Places>();

function placesOf(db: Database): Places {
  const known = places.get(db) ?? new Places(Math.max(1, Math.floor(db.options.max / 2)));
  places.set(db, known);
  return known;
}

/**
 * Temporary tables (`ON COMMIT DROP`) for one long piece of work, which calls it one thing after another. They are in a
 * transaction, for between two of them a pooler gives the connection to somebody else.
 */
export class Scratch {
  #tx: Transaction | undefined;
  readonly #db: Database;
  readonly #places: Places;

  constructor(db: Database) {
    this.#db = db;
    this.#places = placesOf(db);
  }

  /** Makes, fills and empties tables of its own. The first call takes a connection, which is held until `close`. */
  async write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.#tx ??= await this.#open();
    return await work(this.#tx);
  }

  /** Reads them, beside other tables too: these are not locked until the end, so that a migration need not wait for it. */
  async read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return await this.write(async (tx) => {
      await tx.query("SAVEPOINT reading");
      const result = await work(tx);
      await tx.query(UNLOCK);
      return result;
    });
  }

  /** Gives the connection back, without the tables. */
  async close(): Promise<void> {
    const tx = this.#tx;
    if (!tx) return;
    this.#tx = undefined;
    const lost = await tx.query("ROLLBACK").then(
      () => false,
      () => true,
    );
    tx.release(lost);
    this.#places.give();
  }

  async #open(): Promise<Transaction> {
    await this.#places.take();
    try {
      const client = await this.#db.connect();
      await client.query(BEGIN).catch((error) => {
        client.release(true);
        throw error;
      });
      return client as Transaction;
    } catch (error) {
      this.#places.give();
      throw error;
    }
  }
}
