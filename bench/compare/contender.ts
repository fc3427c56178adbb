/** What a contender is given. */
export interface Given {
  /** A database with LiveDash's tables, of its own. */
  databaseUrl: string;
  /** Base URL of the provider. */
  provider: string;
  /** What is to be analysed: a CSV as companies have it. */
  csv: string;
  requests: number;
  /** In a batch of LiveDash, at most; 50,000 if left out. */
  lines?: number;
}

/** One way to have many requests answered through the Batch API. Each part is measured by itself. */
export interface Contender {
  /** Into the database, where it has one. */
  import?(): Promise<void>;
  /** From there, or from memory, to batches that the provider has. */
  create(): Promise<void>;
  /** From batches that are over to answers: in the database, or in memory. */
  collect(): Promise<void>;
  /** How many answers it has, in the database those of others before it included. */
  count(): Promise<number>;
  close(): Promise<void>;
}

export const PARTS = ["import", "create", "collect"] as const;
export type Part = (typeof PARTS)[number];

/** What a part took, inside of the process. */
export interface Usage {
  /** Seconds. */
  wall: number;
  /** CPU seconds. */
  node: number;
  /** Megabytes of resident memory at its peak. */
  peak: number;
}
