import OpenAI, { toFile } from "openai";
import { expect, test, vi } from "vitest";
import { type chat, failure, inputLine, manual, startBench } from "./support.ts";

const azure = { shape: "azure" } as const;
const fast = { validating: 0, inProgress: 0, finalizing: 0, cancelling: 0, processing: 0 };

interface WireBatch {
  id: string;
  status: string;
  endpoint: string;
  created_at: string;
  expires_at: string;
  input_file_id: string;
  output_file_id: string | null;
  error_file_id: string | null;
  request_counts: { total: number | null; completed: number | null; failed: number | null };
  errors: { data: { code: string; line: number | null }[] } | null;
}

interface WireFile {
  id: string;
  status: string;
  created_at: string;
  expires_at: string | null;
}

/** Calls under `/openai/v1` as they go over the wire. */
async function startAzure(options: object = {}) {
  const bench = await startBench({ times: fast, ...azure, ...options });
  const call = async (method: string, path: string, body?: BodyInit | object, headers: Record<string, string> = {}) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${bench.url}${path}`, {
      method,
      headers: { "api-key": "test-key", ...headers },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== "" && !path.endsWith("/content");
    return { status: response.status, text, body: isJson ? JSON.parse(text) : undefined };
  };
  const upload = async (lines: string[], fields: Record<string, string> = {}): Promise<WireFile> => {
    const form = new FormData();
    for (const [name, value] of Object.entries({ purpose: "batch", ...fields })) form.append(name, value);
    form.append("file", await toFile(Buffer.from(`${lines.join("\n")}\n`), "input.jsonl"));
    const { status, body } = await call("POST", "/files", form);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  };
  const create = (fileId: string, endpoint = "/chat/completions") =>
    call("POST", "/batches", { input_file_id: fileId, endpoint, completion_window: "24h" });
  const untilOver = (id: string) =>
    vi.waitFor(async () => {
      const batch: WireBatch = (await call("GET", `/batches/${id}`)).body;
      return ["Completed", "Failed"].includes(batch.status) ? batch : expect.fail(`The batch is ${batch.status}.`);
    });
  const run = async (lines: string[]) => untilOver((await create((await upload(lines)).id)).body.id);
  return { ...bench, call, upload, create, untilOver, run };
}

test("the key may come as api-key or as a bearer key, and a wrong one has its status for a code", async () => {
  const { call, url } = await startAzure({ apiKey: "right" });
  const refused = await call("GET", "/batches");
  expect(refused).toMatchObject({ status: 401, body: { error: { code: "invalid_api_key" } } });
  expect(Object.keys(refused.body.error)).toEqual(["code", "message"]);
  expect(await call("GET", "/batches", undefined, { "api-key": "" })).toMatchObject({
    status: 401,
    body: { error: { code: "401" } },
  });
  expect((await call("GET", "/batches", undefined, { "api-key": "right" })).status).toBe(200);
  const client = new OpenAI({ baseURL: url, apiKey: "right", maxRetries: 0 });
  expect((await client.batches.list()).getPaginatedItems()).toEqual([]);
});

test("OpenAI's own paths are not served, with or without a key", async () => {
  const { port, call } = await startAzure();
  const foreign = await fetch(`http://127.0.0.1:${port}/v1/batches`, { headers: { "api-key": "test-key" } });
  expect(foreign.status).toBe(404);
  expect((await call("GET", "/nothing")).body).toMatchObject({ error: { code: "unknown_url" } });
});

test("a batch shows its status in capitals, its times as texts, counts of 0 as null, and both files", async () => {
  const { upload, create, untilOver, call } = await startAzure();
  const file = await upload([inputLine("a"), inputLine("b", {}, { url: "/chat/completions" })]);
  const created: WireBatch = (await create(file.id)).body;
  expect(created).toMatchObject({ endpoint: "/chat/completions", errors: null, request_counts: { completed: null } });
  expect(Date.parse(created.expires_at) - Date.parse(created.created_at)).toBe(24 * 3_600_000);
  const batch = await untilOver(created.id);
  expect(batch.request_counts).toEqual({ total: 2, completed: 2, failed: null });
  const answers = (await call("GET", `/files/${batch.output_file_id}/content`)).text.trim().split("\n");
  expect(answers.map((line) => JSON.parse(line).custom_id).sort()).toEqual(["a", "b"]);
  expect(await call("GET", `/files/${batch.error_file_id}/content`)).toMatchObject({ status: 200, text: "" });
  const { body: list } = await call("GET", "/batches?limit=1");
  expect(list.value).toHaveLength(1);
  expect(list).not.toHaveProperty("data");
});

test.each([
  ["too_many_tasks", null, [inputLine("a"), inputLine("b"), inputLine("c")]],
  ["url_mismatch", 2, [inputLine("a"), inputLine("b", {}, { url: "/responses" })]],
  ["model_mismatch", 2, [inputLine("a"), inputLine("b", { model: "second" })]],
  ["model_not_found", 1, [inputLine("a", { model: "none" })]],
  ["invalid_request", 1, [inputLine("a", { messages: undefined })]],
  ["duplicate_custom_id", 2, [inputLine("a"), inputLine("a")]],
])("validation says %s, and the failed batch names two files of 0 bytes", async (code, line, lines) => {
  const { run, call } = await startAzure({ limits: { maxLines: 2 }, models: ["gpt-6-luna", "second"] });
  const batch = await run(lines);
  expect(batch).toMatchObject({ status: "Failed", errors: { data: [{ code, line }] } });
  for (const id of [batch.output_file_id, batch.error_file_id]) {
    expect(await call("GET", `/files/${id}/content`)).toMatchObject({ status: 200, text: "" });
  }
});

test("no batch can be made of an upload that is pending", async () => {
  const { upload, create, call, advance } = await startAzure({
    ...manual,
    times: { ...manual.times, processing: 500 },
  });
  const file = await upload([inputLine("a")]);
  expect(file).toMatchObject({ status: "pending", expires_at: null });
  expect(await create(file.id)).toMatchObject({ status: 400, body: { error: { code: "400" } } });
  await advance(500);
  expect((await call("GET", `/files/${file.id}`)).body.status).toBe("processed");
  expect((await create(file.id)).status).toBe(200);
});

test("no window ends a batch", async () => {
  const times = { ...manual.times, inProgress: 100 * 3_600_000, processing: 0 };
  const { upload, create, call, advance, untilOver } = await startAzure({ ...manual, times });
  const { id }: WireBatch = (await create((await upload([inputLine("a")])).id)).body;
  await advance(2_000);
  await advance(90 * 3_600_000);
  expect((await call("GET", `/batches/${id}`)).body.status).toBe("InProgress");
  await advance(11 * 3_600_000);
  expect((await untilOver(id)).request_counts.completed).toBe(1);
});

test("a file is kept for 14 to 30 days, or until it is deleted; deleting says nothing", async () => {
  const { upload, call } = await startAzure();
  const lifetime = (days: number) => ({
    "expires_after[anchor]": "created_at",
    "expires_after[seconds]": String(days * 24 * 3_600),
  });
  const file = await upload([inputLine("a")], lifetime(14));
  expect(Date.parse(file.expires_at ?? "") - Date.parse(file.created_at)).toBe(14 * 24 * 3_600_000);
  const form = new FormData();
  for (const [name, value] of Object.entries({ purpose: "batch", ...lifetime(13) })) form.append(name, value);
  form.append("file", await toFile(Buffer.from("{}\n"), "input.jsonl"));
  expect((await call("POST", "/files", form)).body.error.code).toBe("invalid_value");
  expect(await call("DELETE", `/files/${file.id}`)).toEqual({ status: 204, text: "", body: undefined });
  expect((await call("GET", `/files/${file.id}`)).status).toBe(404);
});

test("faults know its paths by OpenAI's, and act before it is shown", async () => {
  const { call } = await startAzure({ faults: ["http_error:once:status=429,path=/v1/batches,retry_after=7"] });
  expect(await call("GET", "/batches")).toMatchObject({ status: 429, body: { error: { code: expect.any(String) } } });
  expect((await call("GET", "/batches")).status).toBe(200);
});

test("the same client is answered by OpenAI's shape as before", async () => {
  const { client } = await startBench();
  const broken = await failure(client.files.retrieve("file-none"));
  expect(broken).toMatchObject({ status: 404, code: null });
  await expect(
    client.batches.create({
      input_file_id: "x",
      endpoint: "/chat/completions" as typeof chat,
      completion_window: "24h",
    }),
  ).rejects.toMatchObject({ code: "invalid_value" });
});
