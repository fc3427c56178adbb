import { request } from "node:http";
import OpenAI from "openai";
import { expect, test } from "vitest";
import {
  chat,
  create,
  failure,
  inputLines,
  manual,
  readText,
  runBatch,
  startBench,
  untilOver,
  upload,
} from "./support.ts";

test("lost_reply_create: the batch exists, the client does not know", async () => {
  const { client, control } = await startBench({ faults: ["lost_reply_create:once"] });
  const fileId = await upload(client, inputLines(1));
  expect(await failure(create(client, fileId, { batch_id: "b1" }))).toBeInstanceOf(OpenAI.APIConnectionError);
  const { data } = await client.batches.list();
  expect(data).toMatchObject([{ input_file_id: fileId, metadata: { batch_id: "b1" } }]);
  await untilOver(client, data[0]?.id ?? "");
  const ledger = await control("GET", "ledger");
  expect(ledger.faultsFired).toEqual({ lost_reply_create: 1 });
  expect(ledger.intents).toMatchObject({ total: 1, withSeveralBatches: 0 });
  await create(client, fileId, { batch_id: "b2" });
});

test("late_create: the reply is lost now and the batch lands later", async () => {
  const { client, advance } = await startBench({ ...manual, faults: ["late_create:once:ms=5s"] });
  const fileId = await upload(client, inputLines(1));
  expect(await failure(create(client, fileId))).toBeInstanceOf(OpenAI.APIConnectionError);
  await advance(4_000);
  expect((await client.batches.list()).data).toEqual([]);
  await client.files.delete(fileId);
  await advance(1_000);
  const { data } = await client.batches.list();
  expect(data).toHaveLength(1);
  await advance(1_000);
  expect((await client.batches.retrieve(data[0]?.id ?? "")).status).toBe("failed");
});

test("upload_too_large: a proxy's page of HTML, nothing is kept, and a file within the size is taken", async () => {
  const { client } = await startBench({ faults: ["upload_too_large:bytes=1000"] });
  const error = await failure(upload(client, inputLines(20)));
  expect(error.status).toBe(413);
  expect(error.headers.get("content-type")).toBe("text/html");
  expect((await client.files.list()).data).toEqual([]);
  const fileId = await upload(client, inputLines(1));
  expect((await client.files.list()).data).toMatchObject([{ id: fileId }]);
});

test("http_error: statuses, retry-after and x-should-retry, on the calls it is meant for", async () => {
  const { client } = await startBench({
    faults: ["http_error:once:status=429,retry_after=61,should_retry=false,path=/v1/files,method=POST"],
  });
  expect((await client.files.list()).data).toEqual([]);
  const error = await failure(upload(client, inputLines(1)));
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  expect(error.headers.get("retry-after")).toBe("61");
  expect(error.headers.get("x-should-retry")).toBe("false");
  expect(await upload(client, inputLines(1))).toMatch(/^file-/);
});

test.each([
  ["flat", /^\{"object":"error","message":"No entry","type":"invalid_request_error","param":null,"code":null\}$/],
  ["text", /^No entry$/],
  ["html", /^<!doctype html>[\s\S]*<title>No entry<\/title>/],
  ["empty", /^$/],
])("http_error: a body that is %s", async (body, expected) => {
  const { url, control } = await startBench();
  await control("POST", "faults", { kind: "http_error", params: { status: 403, message: "No entry", body } });
  const headers = { authorization: "Bearer any" };
  const reply = await fetch(`${url}/batches`, { headers });
  expect(reply.status).toBe(403);
  expect(await reply.text()).toMatch(expected);
});

test("http_error: one of several statuses", async () => {
  const { client, control } = await startBench();
  await control("POST", "faults", { kind: "http_error", params: { status: [500, 502, 503] } });
  const error = await failure(client.batches.list());
  expect(error).toBeInstanceOf(OpenAI.InternalServerError);
  expect([500, 502, 503]).toContain(error.status);
  await control("DELETE", "faults");
  expect((await client.batches.list()).data).toEqual([]);
});

test("insufficient_quota carries the code that says stop", async () => {
  const { client } = await startBench({ faults: ["insufficient_quota:path=/v1/batches"] });
  const error = await failure(create(client, "file-a"));
  expect(error).toMatchObject({ status: 429, code: "insufficient_quota", type: "insufficient_quota" });
});

test("html_200 comes back as a text, truncated_json as a bare SyntaxError", async () => {
  const { client } = await startBench({
    faults: ["html_200:once:path=/v1/batches/*", "truncated_json:once:path=/v1/batches"],
  });
  expect(await client.batches.retrieve("batch_any")).toContain("<html>");
  const fileId = await upload(client, inputLines(1));
  expect(await failure(create(client, fileId))).toBeInstanceOf(SyntaxError);
  expect((await client.batches.list()).data).toHaveLength(1);
});

test("connection_reset before a call does nothing, after it the reply alone is lost", async () => {
  const { client } = await startBench({
    faults: [
      "connection_reset:once:method=POST,path=/v1/files",
      "connection_reset:once:method=POST,path=/v1/batches,when=after",
    ],
  });
  expect(await failure(upload(client, inputLines(1)))).toBeInstanceOf(OpenAI.APIConnectionError);
  expect((await client.files.list()).data).toEqual([]);
  const fileId = await upload(client, inputLines(1));
  expect(await failure(create(client, fileId))).toBeInstanceOf(OpenAI.APIConnectionError);
  expect((await client.batches.list()).data).toHaveLength(1);
});

test("slow_reply outlasts a client's patience; the call was handled all the same", async () => {
  const { client } = await startBench({ ...manual, faults: ["slow_reply:once:ms=1h,method=POST,path=/v1/batches"] });
  const patience = new AbortController();
  const batch = {
    input_file_id: await upload(client, inputLines(1)),
    endpoint: chat,
    completion_window: "24h",
  } as const;
  const creating = failure(client.batches.create(batch, { signal: patience.signal }));
  await expect.poll(async () => (await client.batches.list()).data.length).toBe(1);
  patience.abort();
  expect(await creating).toBeInstanceOf(OpenAI.APIUserAbortError);
});

test("download_cut ends a content early: with a reset, or as if it were whole", async () => {
  const { client } = await startBench({ faults: ["download_cut:once:clean=true", "download_cut:once:skip=1"] });
  const batch = await runBatch(client, inputLines(50));
  const file = await client.files.retrieve(batch.output_file_id ?? "");
  expect(Buffer.byteLength(await readText(client, file.id))).toBe(Math.floor(file.bytes / 2));
  expect(await failure(readText(client, file.id))).toBeInstanceOf(TypeError);
  expect(Buffer.byteLength(await readText(client, file.id))).toBe(file.bytes);
});

test("faults are listed with their parameters; a wrong one is refused in words", async () => {
  const { control } = await startBench();
  const { kinds } = await control("GET", "faults");
  expect(kinds.map((kind: { kind: string }) => kind.kind)).toContain("lost_reply_create");
  expect(await control("POST", "faults", "no_such_fault:once")).toMatchObject({
    error: { message: expect.stringContaining('there is no fault "no_such_fault"') },
  });
  expect(await control("POST", "faults", { kind: "line_error", params: { status: 12 } })).toMatchObject({
    error: { message: expect.stringContaining("status") },
  });
  const { rules } = await control("POST", "faults", ["expired:0.1", { kind: "line_missing", count: "once" }]);
  expect(rules).toMatchObject([
    { kind: "expired", rate: 0.1, left: null },
    { kind: "line_missing", rate: 1, left: 1 },
  ]);
  expect(await control("DELETE", `faults/${rules[0]?.id}`)).toEqual({ removed: 1 });
  expect((await control("PUT", "faults", [])).rules).toEqual([]);
});

test("content_elsewhere: the other host is this emulator, by whatever name it was called", async () => {
  const { client, port } = await startBench({ faults: ["content_elsewhere"], allowedHosts: ["emulator"] });
  const fileId = await upload(client, inputLines(1));
  const locationFor = (Host: string) =>
    new Promise<string>((resolve, reject) => {
      const headers = { Host, Authorization: "Bearer any" };
      const call = request({ host: "127.0.0.1", port, path: `/v1/files/${fileId}/content`, headers }, (reply) => {
        reply.resume().on("end", () => resolve(reply.headers.location ?? ""));
      });
      call.on("error", reject).end();
    });
  for (const name of ["127.0.0.1", "127.0.0.1:1", "[::1]:8787", "emulator:8787"]) {
    expect(new URL(await locationFor(name)).host, name).toBe(`localhost:${port}`);
  }
  for (const name of ["localhost", "LOCALHOST:1", `localhost:${port}`]) {
    expect(new URL(await locationFor(name)).host, name).toBe(`127.0.0.1:${port}`);
  }
  const elsewhere = await fetch(await locationFor("localhost"));
  expect(await elsewhere.text()).toBe(await readText(client, fileId));
});
