import type { EmulatorContext } from "../context.ts";
import type { BatchRecord, FileRecord } from "../store/records.ts";
import { TextWriter } from "./textWriter.ts";

interface Written {
  output: TextWriter;
  outputId: string;
  errors: TextWriter;
  errorId: string;
}

/** What a batch names that failed before a line ran: nothing, or two files of 0 bytes. */
export async function finishWithoutLines(emulator: EmulatorContext, batch: BatchRecord): Promise<FileRecord[]> {
  const { store, shape } = emulator;
  if (!shape.writesEmptyFiles) return [];
  const outputId = store.newId("file-", 22);
  const errorId = store.newId("file-", 22);
  const output = new TextWriter(store.contentPath(outputId));
  const errors = new TextWriter(store.contentPath(errorId));
  return finishFiles(emulator, batch, { output, outputId, errors, errorId });
}

/** Ends both files of a batch and puts their ids into it; one without a line stays null, or is empty. Gives their records. */
export async function finishFiles(
  emulator: EmulatorContext,
  batch: BatchRecord,
  written: Written,
): Promise<FileRecord[]> {
  const now = emulator.clock.now();
  const { lifetime, writesEmptyFiles } = emulator.shape;
  const seconds = batch.outputExpiresAfterSeconds ?? lifetime.usual;
  const record = (id: string, bytes: number, kind: string): FileRecord => ({
    id,
    bytes,
    createdAt: now,
    expiresAt: seconds === null ? null : now + seconds * 1_000,
    filename: `${batch.id}_${kind}.jsonl`,
    purpose: "batch_output",
  });
  const files: FileRecord[] = [];
  if (await written.output.finish(writesEmptyFiles)) {
    batch.outputFileId = written.outputId;
    files.push(record(written.outputId, written.output.bytes, "output"));
  }
  if (await written.errors.finish(writesEmptyFiles)) {
    batch.errorFileId = written.errorId;
    files.push(record(written.errorId, written.errors.bytes, "error"));
  }
  return files;
}
