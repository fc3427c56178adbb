import { inspect } from "node:util";
import { expect, it } from "vitest";
import { ProviderError } from "../../lib/providers/contract/errors.ts";
import type { BatchProvider } from "../../lib/providers/contract/provider.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";
import { always, startOddServer } from "../support/oddServer.ts";

const KEY = "sk-proj-C4naryC4naryC4nary-7391xyz";
const PAGE =
  "<!doctype html><html><head><title>Attention Required! | Cloudflare</title></head><body>Ray ID</body></html>";
const JSON_TYPE = { "content-type": "application/json" };
const json = (error: object) => JSON.stringify({ error });

const MARK = { installation: "i", generation: 1, batchId: "b1", epoch: 1 };

async function refusalOf(call: Promise<unknown>): Promise<ProviderError> {
  const error = await call.then(
    () => new Error("It went through."),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(ProviderError);
  return error as ProviderError;
}

async function providerAnswering(status: number, body: string, headers: Record<string, string> = {}) {
  const server = await startOddServer(always(status, body, headers));
  return { server, provider: openProvider("openai", { apiKey: KEY, baseURL: server.url, maxRetries: 0 }) };
}

it.each<[string, number, string, string, string | RegExp]>([
  [
    "a key that is refused",
    401,
    json({ message: `Incorrect API key provided: ${KEY}.`, type: "invalid_request_error", code: "invalid_api_key" }),
    "provider_key_refused",
    /^The provider rejected the key \(status 401 while retrieving a batch\): Incorrect API key provided: \[hidden\] \[invalid_api_key, invalid_request_error\]$/,
  ],
  [
    "an organisation that is not the key's",
    401,
    json({
      message: "OpenAI-Organization header should match organization for API key",
      code: "mismatched_organization",
    }),
    "provider_key_refused",
    /header should match organization for API key \[mismatched_organization\]$/,
  ],
  [
    "a scope that is missing",
    403,
    json({ message: "You have insufficient permissions. Missing scopes: api.batch.read.", code: "missing_scope" }),
    "provider_key_refused",
    /denied access with this key \(status 403.*Missing scopes: api.batch.read. \[missing_scope\]$/,
  ],
  [
    "a region that is not served",
    403,
    json({
      message: "Country, region, or territory not supported",
      type: "request_forbidden",
      code: "unsupported_country",
    }),
    "provider_key_refused",
    /Country, region, or territory not supported \[unsupported_country, request_forbidden\]$/,
  ],
  ["a flat refusal", 401, '{"message":"No such token","code":401}', "provider_key_refused", /: No such token$/],
  ["a refusal in plain text", 403, "RBAC: access denied", "provider_key_refused", /: RBAC: access denied$/],
  ["a refusal without a word", 401, "", "provider_key_refused", /no reason was given$/],
  [
    "a firewall's page, 403",
    403,
    PAGE,
    "provider_unreachable",
    /an HTML page came from something in front of the provider, titled "Attention Required! \| Cloudflare"$/,
  ],
  [
    "a proxy's page, 401",
    401,
    "<html><body>Sign in</body></html>",
    "provider_unreachable",
    /an HTML page came from something in front of the provider$/,
  ],
  ["a proxy's page, 407", 407, PAGE, "provider_unreachable", /a proxy may be asking for a password/],
  ["a proxy's page, 400", 400, PAGE, "provider_unreachable", /an HTML page came/],
  ["a proxy's page, 404", 404, PAGE, "provider_unreachable", /an HTML page came/],
  ["a gateway's page, 502", 502, PAGE, "provider_unreachable", /an HTML page came/],
  ["a page in place of an answer", 200, PAGE, "provider_unreachable", /an HTML page came from something.*Cloudflare/],
  ["another server", 404, "404 page not found", "provider_unreachable", /status 404.*: 404 page not found$/],
  ["another server without a word", 404, "", "provider_unreachable", /nothing at this address answers like a provider/],
  [
    "a batch that is gone",
    404,
    json({ message: "No batch found with id 'x'." }),
    "provider_not_found",
    /No batch found/,
  ],
  [
    "a batch that is gone, said flat",
    404,
    '{"object":"error","message":"gone","code":404}',
    "provider_not_found",
    /: gone$/,
  ],
  [
    "no credit, 402",
    402,
    json({ message: "Payment required" }),
    "provider_quota_exhausted",
    /no credit left.*Payment required/,
  ],
  ["no credit, 402 without a word", 402, "", "provider_quota_exhausted", /no credit left/],
  [
    "no credit by the type alone",
    429,
    json({ message: "Quota", type: "insufficient_quota", code: null }),
    "provider_quota_exhausted",
    /no credit left.*Quota \[insufficient_quota\]$/,
  ],
  ["a rate limit", 429, json({ message: "Slow down" }), "provider_rate_limited", /Slow down/],
  [
    "a limit of batches at a time, under a status for mistakes",
    400,
    json({ message: "You have reached the maximum number of active batches (10)." }),
    "provider_rate_limited",
    /rate limiting.*active batches/,
  ],
  [
    "a full storage, under any status",
    403,
    json({ message: "You've exceeded your file storage quota." }),
    "provider_storage_full",
    /no room for more files.*storage quota/,
  ],
  ["a rate limit's page", 429, PAGE, "provider_rate_limited", /an HTML page came/],
  ["a request that is too large for a proxy", 413, PAGE, "provider_too_large", /an HTML page came/],
  ["a code that is a number", 400, json({ message: "Bad", code: 1234 }), "provider_refused", /Bad \[1234\]$/],
])("%s", async (_, status, body, code, message) => {
  const { provider } = await providerAnswering(status, body);
  const error = await refusalOf(provider.retrieveBatch("batch_1"));
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  expect(error.message).not.toContain("<");
});

it("takes the wait from the reply, held against the reply's own date", async () => {
  const headers = { "retry-after": "Thu, 26 Nov 2026 12:10:00 GMT", date: "Thu, 26 Nov 2026 12:00:00 GMT" };
  const { provider } = await providerAnswering(503, "", headers);
  expect(await refusalOf(provider.check())).toMatchObject({ code: "provider_unreachable", retryAfterMs: 600_000 });
});

it("reads no error without an end, and keeps of a long one its beginning", async () => {
  const server = await startOddServer((_request, response) => {
    response.writeHead(400);
    const more = () => response.write("too much \0 ".repeat(1_000)) && setImmediate(more);
    response.on("drain", more);
    more();
  });
  const provider = openProvider("openai", { apiKey: KEY, baseURL: server.url });
  const error = await refusalOf(provider.check());
  expect(error).toMatchObject({ code: "provider_refused" });
  expect(error.message.length).toBeLessThan(1_000);
  expect(error.message).not.toContain("\0");
});

const CALLS: Record<string, (provider: BatchProvider) => Promise<unknown>> = {
  check: (provider) => provider.check(),
  uploadInput: (provider) => {
    const open = async function* () {
      yield Buffer.from("{}\n");
    };
    return provider.uploadInput({ label: { kind: "input", ...MARK }, open }, new AbortController().signal);
  },
  createBatch: (provider) =>
    provider.createBatch({
      inputFileId: "file-1",
      endpoint: provider.endpoint,
      mark: { ...MARK, hash: null },
      timeoutMs: 5_000,
    }),
  retrieveBatch: (provider) => provider.retrieveBatch("batch_1"),
  cancelBatch: (provider) => provider.cancelBatch("batch_1"),
  listBatches: (provider) => firstOf(provider.listBatches(new Date(0))),
  listInputFiles: (provider) => firstOf(provider.listInputFiles()),
  openFile: (provider) => provider.openFile("file-1", new AbortController().signal),
  deleteFile: (provider) => provider.deleteFile("file-1"),
};

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item;
  return undefined;
}

it.each(Object.keys(CALLS))("%s shows the key in no part of its error", async (name) => {
  const body = json({ message: `Incorrect API key provided: ${KEY}, or ${KEY.slice(8)}`, code: KEY, type: `x ${KEY}` });
  const { provider } = await providerAnswering(401, body, { "x-request-id": KEY });
  const error = await refusalOf(CALLS[name]?.(provider) ?? Promise.resolve());
  expect(inspect(error, { depth: 20, showHidden: true })).not.toMatch(/C4nary|7391/);
  expect(error.message).toContain("[hidden]");
});

it("shows a key that cannot be sent in no part of the error", async () => {
  const key = "sk-C4nary\nsecond-C4nary";
  const error = await refusalOf(openProvider("openai", { apiKey: key, baseURL: "http://127.0.0.1:9/v1" }).check());
  expect(error).toMatchObject({ code: "provider_unreachable" });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain("C4nary");
});

it("shows the key in no error of a batch or of a line", async () => {
  const batch = {
    id: "batch_1",
    status: "failed",
    input_file_id: "file-1",
    created_at: 1,
    errors: { data: [{ code: `c ${KEY}`, message: `Incorrect API key provided: ${KEY}`, line: 1 }] },
  };
  const { provider } = await providerAnswering(200, JSON.stringify(batch), JSON_TYPE);
  const { errors } = await provider.retrieveBatch("batch_1");
  expect(errors).toMatchObject([{ code: "c [hidden]", message: "Incorrect API key provided: [hidden]" }]);
  const response = { status_code: 401, body: { error: { message: `Incorrect API key provided: ${KEY}` } } };
  const line = provider.readLine(Buffer.from(JSON.stringify({ custom_id: "a", response })));
  expect(line).toMatchObject({ kind: "failure", message: expect.stringContaining("provided: [hidden]") });
  expect(JSON.stringify(line)).not.toContain("C4nary");
  const unreadable = provider.readLine(Buffer.from(`{"custom_id":"a","response":"${KEY}`));
  expect(JSON.stringify(unreadable)).not.toContain("C4nary");
});

it("sends the organisation, the project and the headers that it is given, and nothing of the environment", async () => {
  const { server } = await providerAnswering(200, '{"data":[],"has_more":false}', JSON_TYPE);
  const environment = { OPENAI_ORG_ID: "org-env", OPENAI_PROJECT_ID: "proj_env", OPENAI_ADMIN_KEY: "admin-env" };
  Object.assign(process.env, environment);
  try {
    const baseURL = server.url;
    await openProvider("openai", { apiKey: KEY, baseURL }).check();
    const headers = { "x-gateway": "7" };
    await openProvider("openai", { apiKey: KEY, baseURL, organization: "org-1", project: "proj_1", headers }).check();
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
  }
  const [plain, given] = server.calls;
  expect(plain?.headers).toMatchObject({ authorization: `Bearer ${KEY}` });
  expect(JSON.stringify(plain?.headers)).not.toMatch(/openai-organization|openai-project|env/);
  expect(given?.headers).toMatchObject({
    "openai-organization": "org-1",
    "openai-project": "proj_1",
    "x-gateway": "7",
  });
});
