import { createHash } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An input file on its way: written once, read as often as an upload needs it. */
export interface Spool {
  /** Bytes written so far. */
  readonly bytes: number;
  /** Adds a line and its line end. */
  write(line: string): Promise<void>;
  /** Ends the writing. Answers the SHA-256 of the content, in hex. */
  close(): Promise<string>;
  /** The content from its beginning, once it is closed. */
  open(): AsyncIterable<Uint8Array>;
  remove(): Promise<void>;
}

const BLOCK_BYTES = 256 * 1024;

/**
 * Opens a spool in the system's temporary folder. It holds transcripts, so only this user can read it, and it has no
 * name: the system clears it away with the process that opened it, however that ends.
 */
export async function openSpool(): Promise<Spool> {
  const folder = await mkdtemp(join(tmpdir(), "livedash-spool-"));
  const file = await open(join(folder, "input.jsonl"), "wx+", 0o600);
  await rm(folder, { recursive: true });
  const hash = createHash("sha256");
  let bytes = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  const flush = async () => {
    const block = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    hash.update(block);
    await file.writeFile(block);
  };
  return {
    get bytes() {
      return bytes;
    },
    write: async (line) => {
      const content = Buffer.from(`${line}\n`);
      waiting.push(content);
      waitingBytes += content.length;
      bytes += content.length;
      if (waitingBytes >= BLOCK_BYTES) await flush();
    },
    close: async () => {
      await flush();
      return hash.digest("hex");
    },
    open: async function* () {
      for (let position = 0; position < bytes; ) {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(BLOCK_BYTES), 0, BLOCK_BYTES, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    },
    remove: () => file.close(),
  };
}
