import { seconds } from "../batches/batchView.ts";
import { type FileRecord, isPending } from "../store/records.ts";

/** A file on the wire at `now` (ms); times are Unix seconds. */
export function viewFile(file: FileRecord, now: number) {
  return {
    id: file.id,
    object: "file",
    bytes: file.bytes,
    created_at: seconds(file.createdAt),
    expires_at: file.expiresAt === null ? null : seconds(file.expiresAt),
    filename: file.filename,
    purpose: file.purpose,
    status: isPending(file, now) ? "pending" : "processed",
    status_details: null,
  };
}
