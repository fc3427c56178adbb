/** A batch on the wire. Times are Unix seconds; what is not set is null. */
export interface BatchView {
  id: string;
  object: "batch";
  endpoint: string;
  model: string | null;
  errors: {
    object: "list";
    data: { code: string; message: string; param: string | null; line: number | null }[];
  } | null;
  input_file_id: string;
  completion_window: string;
  /** A text, since a fault may show one that nobody knows. */
  status: string;
  output_file_id: string | null;
  error_file_id: string | null;
  created_at: number;
  in_progress_at: number | null;
  expires_at: number | null;
  finalizing_at: number | null;
  completed_at: number | null;
  failed_at: number | null;
  expired_at: number | null;
  cancelling_at: number | null;
  cancelled_at: number | null;
  request_counts: { total: number; completed: number; failed: number };
  metadata: Record<string, string> | null;
  usage: {
    input_tokens: number;
    input_tokens_details: { cached_tokens: number };
    output_tokens: number;
    output_tokens_details: { reasoning_tokens: number };
    total_tokens: number;
  };
}

/** Milliseconds as the whole Unix seconds of the wire. */
export function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
