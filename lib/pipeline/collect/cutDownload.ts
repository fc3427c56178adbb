import { LiveDashError } from "../../errors.ts";

/** What has come of a file: so many bytes, in so many lines that are of a request, and others that nobody can read. */
interface Received {
  bytes: number;
  lines: number;
  unreadable: number;
}

/**
 * A download that ends early, or is something else, looks like a file that lacks lines: those would be bought again. More
 * bytes than stated are no cut. Without a stated size the last line tells; and a file of lines none of which is of a request
 * is something else.
 */
export function findCut(
  fileId: string,
  stated: number | null,
  { bytes, lines, unreadable }: Received,
  endsReadable: boolean,
): LiveDashError | undefined {
  if (stated !== null && bytes < stated) {
    const message = `The download of ${fileId} ended after ${bytes} of ${stated} bytes.`;
    return new LiveDashError("download_cut", message, { retryable: true });
  }
  if (lines === 0 && unreadable > 0) {
    return new LiveDashError("download_unreadable", `The download of ${fileId} contains no line of a request.`, {
      retryable: true,
    });
  }
  if (stated !== null || endsReadable) return undefined;
  const message = `The download of ${fileId} ended after ${bytes} bytes, in the middle of a line.`;
  return new LiveDashError("download_unreadable", message, { retryable: true });
}

/** Passes a download on, and counts its bytes as they come. */
export async function* countBytes(
  content: AsyncIterable<Uint8Array>,
  count: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    count.bytes += chunk.length;
    yield chunk;
  }
}
