import type { EmulatorContext } from "../context.ts";
import type { BatchRecord, FileRecord } from "../store/records.ts";
import type { TextWriter } from "./textWriter.ts";

const thirtyDays = 30 * 24 * 3_600_000;

interface Written {
  output: TextWriter;
  outputId: string;
  errors: TextWriter;
  errorId: string;
}

/** Ends both files of a batch and puts their ids into it; one without a line stays null. Gives their records. */
export async function finishFiles(
  emulator: EmulatorContext,
  batch: BatchRecord,
  written: Written,
): Promise<FileRecord[]> {
  const now = emulator.clock.now();
  const lifetime = batch.outputExpiresAfterSeconds === null ? thirtyDays : batch.outputExpiresAfterSeconds * 1_000;
  const record = (id: string, bytes: number, kind: string): FileRecord => ({
    id,
    bytes,
    createdAt: now,
    expiresAt: now + lifetime,
    filename: `${batch.id}_${kind}.jsonl`,
    purpose: "batch_output",
  });
  const files: FileRecord[] = [];
  if (await written.output.finish()) {
    batch.outputFileId = written.outputId;
    files.push(record(written.outputId, written.output.bytes, "output"));
  }
  if (await written.errors.finish()) {
    batch.errorFileId = written.errorId;
    files.push(record(written.errorId, written.errors.bytes, "error"));
  }
  return files;
}
