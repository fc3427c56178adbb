import { rename, rm } from "node:fs/promises";
import type { EmulatorContext } from "../context.ts";
import { drawDuration } from "../durations.ts";
import { ApiError, invalidValue, missingParameter } from "../errors.ts";
import type { Call } from "../http/call.ts";
import { json, type Reply } from "../http/reply.ts";
import type { Shape } from "../shape/shape.ts";
import type { FileRecord } from "../store/records.ts";
import { viewFile } from "./fileView.ts";
import { receiveUpload, type Upload } from "./receiveUpload.ts";

type Lifetime = Shape["lifetime"];

const purposes = ["batch", "assistants", "fine-tune", "vision", "user_data", "evals"];

/** POST /v1/files: a form with `file`, `purpose` and, if wanted, `expires_after[anchor]` and `expires_after[seconds]`. */
export async function uploadFile(emulator: EmulatorContext, call: Call): Promise<Reply> {
  const { store, settings, shape, clock, random, ledger } = emulator;
  emulator.uploadRate.take();
  const id = store.newId("file-", 22);
  const part = `${store.contentPath(id)}.part`;
  const { maxFileBytes, maxUploadBytes } = settings.limits;
  const upload = await receiveUpload(call.request, part, maxFileBytes, Math.max(maxFileBytes, maxUploadBytes));
  try {
    const record = { id, createdAt: clock.now(), ...checkUpload(upload, maxFileBytes, shape.lifetime) };
    const { lifetimeSeconds, ...rest } = record;
    const processing = shape.processesUploads ? drawDuration(settings.times.processing, random) : null;
    const file: FileRecord = {
      ...rest,
      expiresAt: lifetimeSeconds === null ? null : record.createdAt + lifetimeSeconds * 1_000,
      ...(processing === null ? {} : { pendingUntil: record.createdAt + processing }),
    };
    await rename(part, store.contentPath(id));
    store.saveFile(file);
    ledger.recordUpload(file.bytes);
    return json(viewFile(file, record.createdAt));
  } finally {
    await rm(part, { force: true });
  }
}

function checkUpload(upload: Upload, maxFileBytes: number, lifetime: Lifetime) {
  const { fields, file } = upload;
  if (!file) throw missingParameter("file");
  const purpose = fields.get("purpose");
  if (purpose === undefined) throw missingParameter("purpose");
  if (!purposes.includes(purpose)) throw invalidValue("purpose", purposes.map((name) => `'${name}'`).join(", "));
  if (purpose === "batch" && !file.filename.endsWith(".jsonl")) {
    throw new ApiError(400, "Invalid file format for Batch API. Must be .jsonl", { param: "file" });
  }
  if (file.bytes > maxFileBytes) throw new ApiError(400, "File is too large.", { param: "file" });
  return {
    bytes: file.bytes,
    filename: file.filename,
    purpose,
    lifetimeSeconds: readLifetime(fields, purpose, lifetime),
  };
}

function readLifetime(fields: Map<string, string>, purpose: string, { least, most, usual }: Lifetime): number | null {
  const anchor = fields.get("expires_after[anchor]");
  const seconds = fields.get("expires_after[seconds]");
  if (anchor === undefined && seconds === undefined) return purpose === "batch" ? usual : null;
  if (anchor !== "created_at") throw invalidValue("expires_after[anchor]", "'created_at'");
  const lifetime = Number(seconds);
  if (!Number.isInteger(lifetime) || lifetime < least || lifetime > most) {
    throw invalidValue("expires_after[seconds]", `whole numbers from ${least} to ${most}`);
  }
  return lifetime;
}
