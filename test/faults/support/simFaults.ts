import { type Random, randomInteger } from "../../../emulator/random.ts";

/**
 * What the provider promises and what it does not: a batch shows in its list within the settle time; a create may land
 * any time later, for the deleted input file makes it fail. `beyond` breaks the first.
 */
const LISTED_WITHIN_MS = 25_000;
/** Three rounds of the poller are waited for files. */
const NAMED_WITHIN_MS = 60_000;
const BEYOND_MS = { min: 40_000, max: 180_000 };
const LANDS_WITHIN_MS = 300_000;

type Draw = (random: Random) => string;

const between = randomInteger;
const one = <T>(random: Random, items: readonly [T, ...T[]]): T =>
  items[between(random, 0, items.length - 1)] ?? items[0];
const rate = (random: Random, most: number) => Math.max(0.01, random() * most).toFixed(3);

const ODD_BATCHES = [
  "errors_list",
  "numbers_for_codes",
  "no_expiry",
  "no_input_file",
  "words_for_none",
  "wrapped",
  "iso_times",
  "ms_times",
  "no_counts",
  "capitals",
  "blanks",
  "metadata_odd",
] as const;
const ODD_LISTS = ["oldest_first", "shuffled", "strangers", "no_has_more", "value", "nested"] as const;
const ODD_LINES = [
  "error_blank",
  "error_zero",
  "error_list",
  "status_text",
  "status_missing",
  "request_id_number",
  "response_list",
  "body_text",
  "body_nested",
  "body_of_responses",
  "line_nested",
  "body_list",
  "body_beside",
  "choice_object",
  "content_parts",
  "content_thoughts",
  "content_parsed",
] as const;
const USAGES = [
  "null",
  "list",
  "zero",
  "no_total",
  "total_alone",
  "negative",
  "negative_detail",
  "cache_writes",
] as const;
const NEARLY_RIGHT = [
  "long_summary",
  "many_questions",
  "words",
  "extra_field",
  "twice",
  "fenced",
  "prose",
  "trailing_comma",
  "wrapped",
  "tool_call",
  "other_quotes",
] as const;
const ODD_ERRORS = ["flat", "flat_200", "text", "list", "html", "error_text"] as const;

/** Each draws one rule. Of a call: how often it fires is rolled at each call. */
const OF_CALLS: readonly Draw[] = [
  (r) => `lost_reply_create:${rate(r, 0.6)}`,
  (r) => `late_create:${rate(r, 0.5)}:ms=${between(r, 100, LANDS_WITHIN_MS)}`,
  (r) => `http_error:${rate(r, 0.15)}:status=408|409|429|500|502|503`,
  (r) => `http_error:${rate(r, 0.1)}:status=429,retry_after=${between(r, 1, 120)}`,
  (r) => `http_error:${rate(r, 0.08)}:status=400|401|403`,
  (r) => `insufficient_quota:${rate(r, 0.15)}`,
  (r) => `http_error:${rate(r, 0.08)}:status=404,code=model_not_found,method=POST`,
  (r) => `http_error:${rate(r, 0.08)}:status=402|413,method=POST`,
  (r) => `upload_too_large:${rate(r, 1)}:bytes=${between(r, 1_000, 20_000)}`,
  (r) => `cancel_refused:${rate(r, 0.8)}`,
  (r) => `html_200:${rate(r, 0.1)}`,
  (r) => `truncated_json:${rate(r, 0.1)}`,
  (r) => `connection_reset:${rate(r, 0.15)}:when=${one(r, ["before", "after"])}`,
  (r) => `slow_reply:${rate(r, 0.1)}:ms=${between(r, 100, 200_000)},when=${one(r, ["before", "after"])}`,
  (r) => `odd_batches:${rate(r, 0.8)}:how=${one(r, ODD_BATCHES)}`,
  (r) => `odd_list:how=${one(r, ODD_LISTS)}`,
  (r) => `file_size:${rate(r, 0.8)}:bytes=0`,
  (r) => `file_size:${rate(r, 0.8)}:status=${one(r, ["404", "500"])}`,
  (r) => `content_packed:${rate(r, 0.8)}:how=body`,
  (r) => `download_cut:${rate(r, 0.5)}:share=${r().toFixed(2)},clean=${one(r, ["true", "false"])}`,
];

/** Of a batch: rolled when it is created. */
const OF_BATCHES: readonly Draw[] = [
  (r) => `expired:${rate(r, 0.5)}:share=${r().toFixed(2)}`,
  (r) => `failed_validation:${rate(r, 0.3)}:code=token_limit_exceeded`,
  (r) => `failed_validation:${rate(r, 0.3)}:code=invalid_json_line,line=${between(r, 1, 4)}`,
  (r) => `failed_validation:${rate(r, 0.2)}:code=out_of_cheese`,
  (r) => `failed_validation:${rate(r, 0.3)}:code=${one(r, ["model_not_found", "invalid_url"])},line=1`,
  (r) => `failed_validation:${rate(r, 0.2)}:code=${one(r, ["missing_scope", "file_too_large", "server_error"])}`,
  (r) => `bad_lines:${rate(r, 0.6)}:share=${rate(r, 0.6)},names=${one(r, ["each", "one", "wrong", "outside", "none"])}`,
  (r) => `fails_midway:${rate(r, 0.4)}:share=${r().toFixed(2)}`,
  (r) =>
    `fails_midway:${rate(r, 0.3)}:share=${r().toFixed(2)},code=${one(r, ["server_error", "odd", "insufficient_quota"])}`,
  (r) => `all_lines_failed:${rate(r, 0.3)}:status=${one(r, ["400", "429", "500"])}`,
  (r) => `file_not_seen:${rate(r, 0.6)}:ms=${between(r, 1_000, 60_000)}`,
  (r) => `stuck_in_progress:${rate(r, 0.3)}:ms=${between(r, 60_000, 1_200_000)}`,
  (r) =>
    `stuck_in:${rate(r, 0.4)}:status=${one(r, ["validating", "finalizing", "cancelling"])},ms=${between(r, 60_000, 1_200_000)}`,
  (r) => `retrieve_fails:${rate(r, 0.3)}:status=${one(r, ["404", "500", "503"])},ms=${between(r, 60_000, 3_600_000)}`,
  (r) => `slow_batch:${rate(r, 0.3)}:factor=${between(r, 2, 10)}`,
  (r) => `late_listing:${rate(r, 0.8)}:ms=${between(r, 100, LISTED_WITHIN_MS)}`,
  (r) => `unknown_status:${rate(r, 0.4)}:ms=${between(r, 1_000, 90_000)}`,
  (r) => `files_named_late:${rate(r, 0.6)}:ms=${between(r, 100, NAMED_WITHIN_MS)}`,
  (r) => `counts_lie:${rate(r, 0.5)}`,
  (r) => `empty_file_ids:${rate(r, 0.5)}`,
  (r) => `error_file_unwritten:${rate(r, 0.5)}`,
  (r) => `unrun_lines_missing:${rate(r, 0.5)}`,
];

/** Of a line: rolled when it runs. */
const OF_LINES: readonly Draw[] = [
  (r) => `line_error:${rate(r, 0.3)}:status=${one(r, ["400", "408", "429", "500", "503"])}`,
  (r) => `line_error:${rate(r, 0.2)}:code=request_timeout`,
  (r) => `line_error:${one(r, ["1", rate(r, 1)])}:status=${one(r, ["401", "402", "404"])}`,
  (r) =>
    `line_error:${one(r, ["1", rate(r, 1)])}:status=400,in=response,code=${one(r, ["unsupported_parameter", "odd"])}`,
  (r) => `line_missing:${rate(r, 0.3)}`,
  (r) => `line_doubled:${rate(r, 0.4)}:copies=${between(r, 2, 4)}`,
  (r) => `line_malformed:${rate(r, 0.3)}`,
  (r) => `line_unknown:${rate(r, 0.3)}`,
  (r) => `line_huge:${rate(r, 0.3)}:bytes=${between(r, 1_000, 200_000)}`,
  (r) => `line_byte_order_mark:${rate(r, 0.4)}`,
  (r) => `empty_error_lines:${rate(r, 0.3)}`,
  (r) => `line_refusal:${rate(r, 0.2)}`,
  (r) => `line_cut_off:${rate(r, 0.3)}:finish_reason=${one(r, ["length", "content_filter"])}`,
  (r) => `line_odd:${rate(r, 0.5)}:how=${one(r, ODD_LINES)}`,
  (r) => `line_usage:${rate(r, 0.5)}:how=${one(r, USAGES)}`,
  (r) => `line_nearly_right:${rate(r, 0.5)}:how=${one(r, NEARLY_RIGHT)}`,
  (r) => `line_odd_error:${rate(r, 0.3)}:how=${one(r, ODD_ERRORS)},status=${one(r, ["400", "500"])}`,
  (r) => `line_filtered:${rate(r, 0.2)}:how=${one(r, ["code", "inner"])}`,
  (r) => `line_reasons:${rate(r, 0.3)}:tokens=${between(r, 100, 20_000)}`,
  (r) => `line_invalid_json:${rate(r, 0.3)}:how=${one(r, ["prose", "fenced", "wrong_shape", "empty"])}`,
];

/** The faults of one seed: a few of each sort, now and then none. */
export function drawFaults(random: Random, beyond: boolean): string[] {
  const some = (draws: readonly Draw[], most: number) =>
    Array.from({ length: between(random, 0, most) }, () => draws[between(random, 0, draws.length - 1)]?.(random) ?? []);
  const drawn = [...some(OF_CALLS, 4), ...some(OF_BATCHES, 3), ...some(OF_LINES, 3)].flat();
  if (!beyond) return drawn;
  const lateness = between(random, BEYOND_MS.min, BEYOND_MS.max);
  return ["lost_reply_create:0.7", `late_listing:0.7:ms=${lateness}`, ...drawn];
}
