import type { Usage } from "../store/records.ts";

/** How one input line ends: which file it goes to, and what stands there. */
export interface BatchLine {
  id: string;
  customId: string;
  response: { status_code: number; request_id: string; body: unknown } | null;
  error: { code: string; message: string } | null;
  file: "output" | "error" | "none";
  /** How many times it is written. */
  copies: number;
  /** What it adds to in `request_counts`. */
  counted: "completed" | "failed";
  /** Billed, when the model ran. */
  usage: Usage | null;
  /** True when the client can use the answer: running it again would be buying it twice. */
  usable: boolean;
  /** Last change to the written text, line feed not included. */
  distort: ((text: string) => string) | null;
}

/** The line as it is written, once. */
export function renderLine(line: BatchLine): string {
  const { id, customId, response, error } = line;
  const text = JSON.stringify({ id, custom_id: customId, response, error });
  return line.distort ? line.distort(text) : text;
}

/** A line that never ran, with the provider's reason. */
export function unrunLine(id: string, customId: string, code: string, message: string): BatchLine {
  return {
    id,
    customId,
    response: null,
    error: { code, message },
    file: "error",
    copies: 1,
    counted: "failed",
    usage: null,
    usable: false,
    distort: null,
  };
}
