/** A call that the pipeline makes, and how a scenario gets to it. */
export interface Endpoint {
  /** The filter of the emulator's faults that matches it alone. */
  filter: string;
  /** It is the account of Azure's shape that is hit, in place of the default one. */
  atAzure?: boolean;
  /** The outage is over after so many of its calls: a round makes it again and again until then. */
  calls?: number;
  /** Faults that stand from the beginning, so that the pipeline comes to this call. */
  prelude?: string[];
  /** Another provider batch is made for the same batch, as a sleeping worker would: it has to be cancelled. */
  duplicate?: boolean;
  /** The call is made when the results are in: the batch ends whether it succeeds or not. */
  afterTheEnd?: boolean;
  /** A call of which the effect is found out another way when the reply is lost: the batch goes on. */
  foundOut?: boolean;
  /** Its reply is no JSON document. */
  stream?: boolean;
}

const OF_DEFAULT = {
  "POST /files": { filter: "method=POST,path=/v1/files" },
  "POST /batches": { filter: "method=POST,path=/v1/batches", foundOut: true },
  "GET /batches": { filter: "method=GET,path=/v1/batches", prelude: ["lost_reply_create:once"] },
  "GET /batches/{id}": { filter: "method=GET,path=/v1/batches/*" },
  "POST /batches/{id}/cancel": {
    filter: "method=POST,path=/v1/batches/*/cancel",
    prelude: ["lost_reply_create:once"],
    duplicate: true,
  },
  // What it says of the file is a hint: where the content comes, that is enough.
  "GET /files/{id}": { filter: "method=GET,path=/v1/files/*", foundOut: true },
  "GET /files/{id}/content": { filter: "method=GET,path=/v1/files/*/content", stream: true },
  "DELETE /files/{id}": { filter: "method=DELETE,path=/v1/files/*", afterTheEnd: true },
  "GET /files": { filter: "method=GET,path=/v1/files", afterTheEnd: true },
} satisfies Record<string, Endpoint>;

/** Where Azure's calls differ: an upload is looked up until it can be used, a deletion has no body, a list another form. */
const OF_AZURE: Record<string, Endpoint> = {
  "Azure: GET /files/{id} of an upload": { filter: "method=GET,path=/v1/files/*", calls: 4 },
  "Azure: GET /batches": OF_DEFAULT["GET /batches"],
  "Azure: DELETE /files/{id}": OF_DEFAULT["DELETE /files/{id}"],
};

export const ENDPOINTS: Record<string, Endpoint> = {
  ...OF_DEFAULT,
  ...Object.fromEntries(Object.entries(OF_AZURE).map(([name, endpoint]) => [name, { ...endpoint, atAzure: true }])),
};

/** A way in which a call goes wrong, for as long as the outage lasts. */
export interface CallFault {
  kind: string;
  params?: string;
  /** The call takes effect, and only its reply is lost. */
  handled?: boolean;
  /** So long the provider asks to be left alone, in milliseconds. */
  retryAfterMs?: number;
  /** What the pipeline has to say about why it stopped. */
  stop?: "provider_key_refused" | "provider_quota_exhausted";
  /** Says nothing about calls whose reply is no JSON document. */
  jsonOnly?: boolean;
  /** Says something only about those. */
  streamOnly?: boolean;
}

export const CALL_FAULTS: Record<string, CallFault> = {
  "reset before": { kind: "connection_reset", params: "when=before" },
  "reset after": { kind: "connection_reset", params: "when=after", handled: true },
  "timeout before": { kind: "slow_reply", params: "when=before,ms=1500" },
  "timeout after": { kind: "slow_reply", params: "when=after,ms=1500", handled: true },
  "408": { kind: "http_error", params: "status=408" },
  "409": { kind: "http_error", params: "status=409" },
  "429": { kind: "http_error", params: "status=429" },
  "429 for 1 s": { kind: "http_error", params: "status=429,retry_after=1" },
  "429 for 61 s": { kind: "http_error", params: "status=429,retry_after=61", retryAfterMs: 61_000 },
  "429 for 300 s": { kind: "http_error", params: "status=429,retry_after=300", retryAfterMs: 300_000 },
  "500": { kind: "http_error", params: "status=500" },
  "502": { kind: "http_error", params: "status=502" },
  "503": { kind: "http_error", params: "status=503" },
  "200 with HTML": { kind: "html_200" },
  "truncated JSON": { kind: "truncated_json", handled: true, jsonOnly: true },
  "body reset": { kind: "download_cut", streamOnly: true },
  "body short": { kind: "download_cut", params: "clean=true", streamOnly: true },
  "401": { kind: "http_error", params: "status=401", stop: "provider_key_refused" },
  "no quota": { kind: "insufficient_quota", stop: "provider_quota_exhausted" },
};
