import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { EmulatorError } from "../errors.ts";
import { splitLines } from "../splitLines.ts";
import { OWN_FILE } from "./ownFiles.ts";

/** A batch with an error for each of 50,000 lines stands in one line of the log. */
const longestLine = 256 * 1024 * 1024;

/**
 * One JSON value a line, only ever appended to. A line is one write, so a kill leaves it whole or cut;
 * a cut last line is dropped when the log is read, as if it had never been written.
 */
export class AppendLog {
  readonly #path: string;
  #handle: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads every whole line; one that was cut off at the end is left out. Then `rewrite` before the first `append`. */
  async read(replay: (value: unknown) => void): Promise<void> {
    if (!existsSync(this.#path)) return;
    for await (const line of splitLines(this.#path, longestLine)) {
      if (line.terminated) replay(this.#parse(line.text, line.number));
    }
  }

  append(value: unknown): void {
    if (this.#handle === undefined) return;
    writeSync(this.#handle, `${JSON.stringify(value)}\n`);
  }

  /** Puts `values` in the place of everything written so far, by write-and-rename. */
  rewrite(values: Iterable<unknown>): void {
    const temporary = `${this.#path}.new`;
    rmSync(temporary, { force: true });
    const handle = openSync(temporary, "w", OWN_FILE);
    for (const value of values) writeSync(handle, `${JSON.stringify(value)}\n`);
    closeSync(handle);
    this.close();
    renameSync(temporary, this.#path);
    this.#handle = openSync(this.#path, "a", OWN_FILE);
  }

  close(): void {
    if (this.#handle !== undefined) closeSync(this.#handle);
    this.#handle = undefined;
  }

  #parse(text: string, line: number): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      const message = `${this.#path} line ${line} is not JSON: the folder was changed by hand. Start with an empty data folder.`;
      throw new EmulatorError("damaged_data", message, { cause });
    }
  }
}
