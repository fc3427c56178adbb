import type { Readable } from "node:stream";

/** What a handler answers; the server alone writes it to the connection. */
export type Reply =
  | { kind: "json"; status: number; body: unknown; headers?: Record<string, string> }
  /** A text sent as it is, under the content type of its headers. */
  | { kind: "text"; status: number; text: string; headers?: Record<string, string> }
  /** A body of `bytes` bytes; `cut` ends it early, by a reset or as if it were whole. */
  | {
      kind: "stream";
      status: number;
      open: () => Readable;
      bytes: number;
      headers?: Record<string, string>;
      cut?: { afterBytes: number; clean: boolean };
    }
  /** No reply: the connection is torn down. */
  | { kind: "reset" };

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return { kind: "json", status, body, headers };
}
