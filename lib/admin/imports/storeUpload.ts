import type { Context } from "../../context.ts";
import { LiveDashError } from "../../errors.ts";
import { readFile, removeFile, type StoredFile, storeFile } from "../../files/storedFiles.ts";

/**
 * Stores an upload as it arrives.
 * @throws LiveDashError `csv_too_large`, and whatever the body has been ended with: then nothing of it is left
 */
export async function storeUpload(
  ctx: Context,
  file: StoredFile,
  name: string,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    await storeFile(ctx, file, limited(body, name, ctx.config.CSV_MAX_BYTES));
  } catch (error) {
    // If this fails too, it goes with the others that nobody wants any more.
    await removeFile(ctx.db, file.id).catch(() => undefined);
    throw error;
  }
}

async function* limited(body: AsyncIterable<Uint8Array>, name: string, most: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const piece of body) {
    total += piece.byteLength;
    if (total > most) {
      const sentence = `${name} is larger than CSV_MAX_BYTES (${most} bytes). Split it, or raise the limit.`;
      throw new LiveDashError("csv_too_large", sentence);
    }
    yield piece;
  }
}

/** @throws LiveDashError `upload_gone` */
export async function* readUpload(ctx: Context, uploadId: string): AsyncGenerator<Uint8Array> {
  let isThere = false;
  for await (const piece of readFile(ctx.db, uploadId)) {
    isThere = true;
    yield piece;
  }
  if (!isThere) throw new LiveDashError("upload_gone", "The file has been removed. Send it again.");
}
