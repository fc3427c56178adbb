import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import { ApiError, EmulatorError } from "../errors.ts";
import { OWN_FILE } from "../store/ownFiles.ts";

export interface Upload {
  fields: Map<string, string>;
  /** Null when the form held no file. */
  file: { filename: string; bytes: number } | null;
}

/**
 * Streams a multipart form: its file to `path`, its fields into memory (20 of 1 kB at most).
 * Beyond `mostBytes` the file is read on and dropped, so that the client gets its answer; `bytes` tells.
 * @throws ApiError 400 for no form or a broken one, 413 beyond `hardLimit`.
 */
export async function receiveUpload(
  request: IncomingMessage,
  path: string,
  mostBytes: number,
  hardLimit: number,
): Promise<Upload> {
  const upload: Upload = { fields: new Map(), file: null };
  const parser = openParser(request);
  let saving: Promise<void> = Promise.resolve();
  parser.on("field", (name, value) => upload.fields.set(name, value));
  parser.on("file", (name, stream, info) => {
    if (name !== "file") {
      stream.resume();
      return;
    }
    const file = { filename: info.filename ?? "", bytes: 0 };
    upload.file = file;
    saving = save(stream, path, mostBytes, (bytes) => {
      file.bytes = bytes;
      if (bytes > hardLimit) parser.destroy(tooLarge());
    });
    saving.catch((error) => parser.destroy(error));
  });
  try {
    await parse(request, parser);
    await saving;
    return upload;
  } catch (error) {
    await saving.catch(() => undefined);
    await rm(path, { force: true });
    if (error instanceof ApiError || isDiskError(error)) throw error;
    throw new ApiError(400, "The multipart form of this upload is broken or was cut off.");
  }
}

function openParser(request: IncomingMessage): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: "utf8",
      limits: { files: 1, fields: 20, fieldSize: 1_000, parts: 25 },
    });
  } catch {
    throw new ApiError(400, "An upload must be a multipart/form-data body with a file.", { param: "file" });
  }
}

/** Feeds the parser. A pipeline would tear the connection down on an error, and the answer with it. */
async function parse(request: IncomingMessage, parser: busboy.Busboy): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      parser.once("close", resolve);
      parser.once("error", reject);
      request.once("close", () => {
        if (!request.complete) parser.destroy(new EmulatorError("upload_cut", "The client went away."));
      });
      request.pipe(parser);
    });
  } finally {
    request.unpipe(parser);
    request.resume();
  }
}

async function save(
  stream: Readable,
  path: string,
  mostBytes: number,
  progress: (bytes: number) => void,
): Promise<void> {
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      progress(bytes);
      if (bytes <= mostBytes) done(null, chunk);
      else done();
    },
  });
  await pipeline(stream, counter, createWriteStream(path, { mode: OWN_FILE }));
}

function tooLarge(): ApiError {
  return new ApiError(413, "File is too large.", { param: "file" });
}

/** True for what is the emulator's own trouble and not the client's: a full disk, a folder that is gone. */
function isDiskError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
