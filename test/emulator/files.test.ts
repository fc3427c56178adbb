import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import OpenAI, { toFile } from "openai";
import { expect, onTestFinished, test } from "vitest";
import { failure, inputLines, readText, startBench, upload } from "./support.ts";

async function temporaryFile(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "livedash-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), content);
  return join(folder, name);
}

test("a streamed upload is kept byte by byte and described as documented", async () => {
  const { client } = await startBench();
  const content = '{"text":"a\u2028b — ü"}\n';
  const path = await temporaryFile("höhe.jsonl", content);
  const file = await client.files.create({
    file: createReadStream(path),
    purpose: "batch",
    expires_after: { anchor: "created_at", seconds: 3_600 },
  });
  expect(file).toEqual({
    id: expect.stringMatching(/^file-\w{22}$/),
    object: "file",
    bytes: Buffer.byteLength(content),
    created_at: expect.any(Number),
    expires_at: file.created_at + 3_600,
    filename: "höhe.jsonl",
    purpose: "batch",
    status: "processed",
    status_details: null,
  });
  expect(await client.files.retrieve(file.id)).toEqual(file);
  expect(await readText(client, file.id)).toBe(content);
});

test("a batch file expires after thirty days when nothing else is asked", async () => {
  const { client, advance } = await startBench({ manualClock: true });
  const file = await client.files.retrieve(await upload(client, inputLines(1)));
  expect(file.expires_at).toBe(file.created_at + 30 * 24 * 3_600);
  await advance(30 * 24 * 3_600_000 + 1_000);
  expect(await failure(client.files.retrieve(file.id))).toBeInstanceOf(OpenAI.NotFoundError);
});

test("content can be read in ranges", async () => {
  const { client, url } = await startBench();
  const id = await upload(client, ["0123456789"]);
  const get = (range: string) => fetch(`${url}/files/${id}/content`, { headers: { authorization: "Bearer k", range } });
  const middle = await get("bytes=2-4");
  expect([middle.status, middle.headers.get("content-range"), await middle.text()]).toEqual([
    206,
    "bytes 2-4/11",
    "234",
  ]);
  expect(await (await get("bytes=8-")).text()).toBe("89\n");
  expect(await (await get("bytes=-3")).text()).toBe("89\n");
  expect((await get("bytes=11-")).status).toBe(416);
});

test("files are listed newest first, by purpose, in pages; deleted ones are gone", async () => {
  const { client } = await startBench();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push(await upload(client, inputLines(1)));
  const seen: string[] = [];
  for await (const file of client.files.list({ limit: 2 })) seen.push(file.id);
  expect(seen).toEqual([...ids].reverse());
  const page = await client.files.list({ order: "asc", limit: 2, after: ids[0] ?? "", purpose: "batch" });
  expect(page.data.map((file) => file.id)).toEqual(ids.slice(1, 3));
  expect(page.has_more).toBe(true);
  expect((await client.files.list({ purpose: "batch_output" })).data).toEqual([]);
  const [first = ""] = ids;
  expect(await client.files.delete(first)).toEqual({ id: first, object: "file", deleted: true });
  expect(await failure(client.files.content(first))).toBeInstanceOf(OpenAI.NotFoundError);
  expect(await failure(client.files.delete(first))).toMatchObject({ status: 404 });
});

test.each([
  ["input.txt", 400, "Invalid file format for Batch API. Must be .jsonl"],
  ["input.jsonl", 400, "File is too large."],
])("an upload named %s beyond the rules is refused with %i", async (name, status, message) => {
  const { client } = await startBench({ limits: { maxFileBytes: 1_000 } });
  const file = await toFile(Buffer.alloc(name === "input.txt" ? 10 : 1_001, "x"), name);
  const error = await failure(client.files.create({ file, purpose: "batch" }));
  expect(error).toBeInstanceOf(OpenAI.BadRequestError);
  expect(error).toMatchObject({ status, message: `${status} ${message}`, type: "invalid_request_error" });
  expect((await client.files.list()).data).toEqual([]);
});

test("an upload beyond every limit is refused with 413", async () => {
  const { client } = await startBench({ limits: { maxFileBytes: 1_000, maxUploadBytes: 2_000 } });
  const file = await toFile(Buffer.alloc(400_000, "x"), "input.jsonl");
  expect(await failure(client.files.create({ file, purpose: "batch" }))).toMatchObject({ status: 413 });
});

test("an upload without file, purpose or form is a 400, and one a client gives up leaves nothing", async () => {
  const { client, url } = await startBench();
  const post = async (body: FormData | string) => {
    const response = await fetch(`${url}/files`, { method: "POST", body, headers: { authorization: "Bearer k" } });
    return [response.status, ((await response.json()) as { error: { param: string } }).error.param];
  };
  const form = new FormData();
  form.set("purpose", "batch");
  expect(await post(form)).toEqual([400, "file"]);
  form.delete("purpose");
  form.set("file", new Blob(["{}"]), "a.jsonl");
  expect(await post(form)).toEqual([400, "purpose"]);
  expect(await post("not a form")).toEqual([400, "file"]);
  const stop = new AbortController();
  const endless = new ReadableStream({
    pull: (controller) => {
      controller.enqueue(
        Buffer.from('--b\r\ncontent-disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n{'),
      );
      // Nothing shows the client that its beginning has arrived, so it gets a moment to do so.
      setTimeout(() => stop.abort(), 20);
      return new Promise(() => undefined);
    },
  });
  const headers = { authorization: "Bearer k", "content-type": "multipart/form-data; boundary=b" };
  const given = { method: "POST", body: endless, duplex: "half", headers, signal: stop.signal } as RequestInit;
  await failure(fetch(`${url}/files`, given));
  expect((await client.files.list()).data).toEqual([]);
});

test("uploads beyond the rate are refused with 429 and the time to wait", async () => {
  const { client } = await startBench({ limits: { uploadsPerMinute: 1 } });
  await upload(client, inputLines(1));
  const error = await failure(upload(client, inputLines(1)));
  expect(error).toBeInstanceOf(OpenAI.RateLimitError);
  expect(Number(error.headers.get("retry-after"))).toBeGreaterThan(0);
});
