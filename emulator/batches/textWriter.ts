import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { OWN_FILE } from "../store/ownFiles.ts";

const flushBytes = 256 * 1024;

/** Writes text to `<path>.part`, a quarter of a megabyte at a time; the file gets its name when it is whole. */
export class TextWriter {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #waiting: string[] = [];
  #waitingLength = 0;
  /** Bytes written to the disk so far. */
  bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes a text; resolves when there is room for more. */
  async write(text: string): Promise<void> {
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength >= flushBytes) await this.#flush();
  }

  /** Ends the file. Gives false, and leaves no file, when nothing was written, unless an empty one is wanted. */
  async finish(emptyToo = false): Promise<boolean> {
    await this.#flush();
    if (emptyToo) this.#handle ??= await open(`${this.#path}.part`, "w", OWN_FILE);
    if (!this.#handle) return false;
    await this.#handle.close();
    this.#handle = undefined;
    await rename(`${this.#path}.part`, this.#path);
    return true;
  }

  /** Gives up: what was written is deleted. After `finish` it does nothing. */
  async discard(): Promise<void> {
    if (!this.#handle) return;
    await this.#handle.close();
    this.#handle = undefined;
    await rm(`${this.#path}.part`, { force: true });
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#waiting.join(""));
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#handle ??= await open(`${this.#path}.part`, "w", OWN_FILE);
    await this.#handle.writeFile(bytes);
    this.bytes += bytes.length;
  }
}
