import { createHash } from "node:crypto";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An input file on its way: written once, read as often as an upload needs it. */
export interface Spool {
  /** Of its content so far. */
  readonly bytes: number;
  /** Adds a line and its line end. */
  write(line: string): Promise<void>;
  /** Ends the writing. Answers the SHA-256 of the content, in hex. */
  close(): Promise<string>;
  /** Once it is closed: leaves out the other lines, counted from 0. Answers the SHA-256 of what stays. */
  keep(isKept: (line: number) => boolean): Promise<string>;
  /** The content from its beginning, once it is closed. */
  open(): AsyncIterable<Uint8Array>;
  remove(): Promise<void>;
}

const BLOCK_BYTES = 256 * 1024;

let spooled = 0;

/** What all spools of this process have on disk. */
export function spooledBytes(): number {
  return spooled;
}

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
  let written = 0;
  const ends: number[] = [];
  /** Parts of the file that are its content, where that is not all of it. */
  let kept: Part[] | undefined;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  const flush = async () => {
    const block = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    hash.update(block);
    written += block.length;
    spooled += block.length;
    await file.writeFile(block);
  };
  async function* read(): AsyncGenerator<Uint8Array> {
    for (const { from, to } of kept ?? [{ from: 0, to: bytes }]) {
      for (let position = from; position < to; ) {
        const most = Math.min(BLOCK_BYTES, to - position);
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(most), 0, most, position);
        if (bytesRead === 0) return;
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    }
  }
  return {
    get bytes() {
      return bytes;
    },
    write: async (line) => {
      const content = Buffer.from(`${line}\n`);
      waiting.push(content);
      waitingBytes += content.length;
      bytes += content.length;
      ends.push(bytes);
      if (waitingBytes >= BLOCK_BYTES) await flush();
    },
    close: async () => {
      await flush();
      return hash.digest("hex");
    },
    keep: async (isKept) => {
      kept = partsOf(ends, isKept);
      bytes = kept.reduce((sum, { from, to }) => sum + to - from, 0);
      const hashOfKept = createHash("sha256");
      for await (const block of read()) hashOfKept.update(block);
      return hashOfKept.digest("hex");
    },
    open: read,
    remove: () => {
      spooled -= written;
      written = 0;
      return file.close();
    },
  };
}

interface Part {
  from: number;
  to: number;
}

/** The parts of a file that hold these lines. @param ends where each line ends */
function partsOf(ends: readonly number[], isKept: (line: number) => boolean): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const [line, to] of ends.entries()) {
    const last = parts.at(-1);
    if (isKept(line)) {
      if (last?.to === from) last.to = to;
      else parts.push({ from, to });
    }
    from = to;
  }
  return parts;
}
