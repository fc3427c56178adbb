import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { FaultRule } from "../faults/rule.ts";
import { type Random, randomLetters } from "../random.ts";
import { AppendLog } from "./appendLog.ts";
import { makeDataFolder, makeOwnFolder } from "./ownFiles.ts";
import { type BatchRecord, type FileRecord, isOver } from "./records.ts";

const FILES = "files";
const LEDGER = "ledger";
const STATE = "state.jsonl";

/** One step of the state; the steps of one log line happen together or not at all. */
type Change =
  | { file: FileRecord }
  | { deletedFile: string }
  | { batch: BatchRecord }
  | { faultRules: readonly FaultRule[] };

/** Files and batches: in memory for reading, in an append log and a folder of contents for the next start. */
export class Store {
  readonly ledgerFolder: string;
  readonly #folder: string;
  readonly #filesFolder: string;
  readonly #log: AppendLog;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #files = new Map<string, FileRecord>();
  readonly #batches = new Map<string, BatchRecord>();
  #faultRules: readonly FaultRule[] = [];

  constructor(folder: string, clock: Clock, random: Random) {
    this.#folder = folder;
    this.#filesFolder = join(folder, FILES);
    this.ledgerFolder = join(folder, LEDGER);
    this.#log = new AppendLog(join(folder, STATE));
    this.#clock = clock;
    this.#random = random;
  }

  /** Reads what an earlier run left, writes it down compactly, and sweeps contents that belong to nothing. */
  async open(): Promise<void> {
    this.#makeFolders();
    await this.#log.read((changes) => {
      for (const change of changes as Change[]) this.#apply(change);
    });
    this.#log.rewrite(this.#snapshot());
    for (const name of readdirSync(this.#filesFolder)) {
      if (!this.#files.has(name) && !this.#inputStillNeeded(name)) this.#removeContent(name);
    }
  }

  close(): void {
    this.#log.close();
  }

  /** Forgets everything, contents included. */
  clear(): void {
    this.#files.clear();
    this.#batches.clear();
    this.#faultRules = [];
    rmSync(this.#filesFolder, { recursive: true, force: true });
    rmSync(this.ledgerFolder, { recursive: true, force: true });
    this.#makeFolders();
    this.#log.rewrite([]);
  }

  /** An id that was never used here, `letters` long after its prefix. */
  newId(prefix: string, letters: number): string {
    while (true) {
      const id = prefix + randomLetters(this.#random, letters);
      if (!this.#files.has(id) && !this.#batches.has(id) && !existsSync(this.contentPath(id))) return id;
    }
  }

  contentPath(fileId: string): string {
    return join(this.#filesFolder, fileId);
  }

  /** The file, or undefined when there is none, or none any more. */
  file(id: string): FileRecord | undefined {
    const file = this.#files.get(id);
    if (file && file.expiresAt !== null && file.expiresAt <= this.#clock.now()) {
      this.deleteFile(id);
      return undefined;
    }
    return file;
  }

  /** Every file that has not expired, oldest first. */
  files(): FileRecord[] {
    return [...this.#files.keys()].map((id) => this.file(id)).filter((file) => file !== undefined);
  }

  batch(id: string): BatchRecord | undefined {
    return this.#batches.get(id);
  }

  /** Every batch, oldest first. */
  batches(): BatchRecord[] {
    return [...this.#batches.values()];
  }

  faultRules(): readonly FaultRule[] {
    return this.#faultRules;
  }

  saveFile(file: FileRecord): void {
    this.#commit([{ file }]);
  }

  /** Records a batch as it stands, together with the files that it brought forth. */
  saveBatch(batch: BatchRecord, files: FileRecord[] = []): void {
    this.#commit([...files.map((file) => ({ file })), { batch }]);
    if (isOver(batch) && !this.#files.has(batch.inputFileId)) this.#removeContent(batch.inputFileId);
  }

  saveFaultRules(faultRules: readonly FaultRule[]): void {
    this.#commit([{ faultRules }]);
  }

  /** Deletes a file. A batch past validation has read its input: the content stays for it until it is over. */
  deleteFile(id: string): void {
    this.#commit([{ deletedFile: id }]);
    if (!this.#inputStillNeeded(id)) this.#removeContent(id);
  }

  #commit(changes: Change[]): void {
    this.#log.append(changes);
    for (const change of changes) this.#apply(change);
  }

  #apply(change: Change): void {
    if ("file" in change) this.#files.set(change.file.id, change.file);
    else if ("deletedFile" in change) this.#files.delete(change.deletedFile);
    else if ("batch" in change) this.#batches.set(change.batch.id, change.batch);
    else this.#faultRules = change.faultRules;
  }

  *#snapshot(): Generator<Change[]> {
    for (const file of this.#files.values()) yield [{ file }];
    for (const batch of this.#batches.values()) yield [{ batch }];
    yield [{ faultRules: this.#faultRules }];
  }

  #inputStillNeeded(fileId: string): boolean {
    for (const batch of this.#batches.values()) {
      if (batch.inputFileId === fileId && batch.inProgressAt !== null && !isOver(batch)) return true;
    }
    return false;
  }

  #removeContent(fileId: string): void {
    rmSync(this.contentPath(fileId), { force: true });
  }

  #makeFolders(): void {
    makeDataFolder(this.#folder, [FILES, LEDGER, STATE, `${STATE}.new`]);
    makeOwnFolder(this.#filesFolder);
    makeOwnFolder(this.ledgerFolder);
  }
}
