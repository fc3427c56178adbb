import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { collect, providerAt, providerThat, sendJson, serve } from "./support.ts";

const CONTENT = Buffer.from('{"custom_id":"r1"}\n{"custom_id":"r2"}\n'.repeat(500));
const signal = new AbortController().signal;

interface Behaviour {
  /** The File object; a number is the status of an error. */
  file: object | number;
  content: (response: ServerResponse) => void;
}

const whole = (response: ServerResponse) => void response.writeHead(200).end(CONTENT);
const sized = (response: ServerResponse) =>
  void response.writeHead(200, { "content-length": CONTENT.length }).end(CONTENT);

async function open({ file, content }: Behaviour) {
  const origin = await serve((_request, response, url) => {
    if (url.pathname.endsWith("/content")) content(response);
    else if (typeof file === "number") sendJson(response, { error: { message: "no" } }, file);
    else sendJson(response, file);
  });
  const opened = await providerAt(origin).openFile("file-1", signal);
  return { stated: opened.bytes, read: Buffer.concat(await collect(opened.content)) };
}

it.each<[string, Behaviour, number | null]>([
  ["its size is stated", { file: { id: "file-1", bytes: CONTENT.length }, content: whole }, CONTENT.length],
  ["its size is a text", { file: { id: "file-1", bytes: String(CONTENT.length) }, content: whole }, CONTENT.length],
  ["its size is 0", { file: { id: "file-1", bytes: 0 }, content: whole }, null],
  ["its size is 0, and the reply states one", { file: { id: "file-1", bytes: 0 }, content: sized }, CONTENT.length],
  ["its size is null", { file: { id: "file-1", bytes: null }, content: whole }, null],
  ["the File object fails", { file: 500, content: sized }, CONTENT.length],
  ["the File object is not there", { file: 404, content: whole }, null],
  ["the File object is none", { file: { error: "no" }, content: whole }, null],
  [
    "it is packed",
    { file: { id: "file-1", bytes: 12 }, content: (r) => void r.writeHead(200).end(gzipSync(CONTENT)) },
    null,
  ],
  [
    "its transfer is packed",
    {
      file: { id: "file-1", bytes: 0 },
      content: (r) => void r.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(CONTENT)),
    },
    null,
  ],
])("a file is read whole: %s", async (_name, behaviour, stated) => {
  expect(await open(behaviour)).toEqual({ stated, read: CONTENT });
});

it("content that lies at another host is fetched there, and the key stays here", async () => {
  const asked: (string | undefined)[] = [];
  const elsewhere = await serve((request, response) => {
    asked.push(request.headers.authorization);
    if (request.headers.authorization) sendJson(response, { error: "only one way of authentication" }, 400);
    else whole(response);
  });
  const location = `${elsewhere}/bucket/file-1?signature=x`;
  const opened = await open({ file: 500, content: (r) => void r.writeHead(302, { location }).end() });
  expect(opened.read.equals(CONTENT)).toBe(true);
  expect(asked).toEqual([undefined]);
});

it.each<[string, (response: ServerResponse) => void]>([
  [
    "HTML under another type",
    (r) => void r.writeHead(200, { "content-type": "application/json" }).end("<!doctype html>"),
  ],
  ["a packed file that is cut", (r) => void r.writeHead(200).end(gzipSync(CONTENT).subarray(0, 60))],
])("is no file: %s", async (_name, content) => {
  await expect(open({ file: 500, content })).rejects.toMatchObject({ code: "provider_unreachable" });
});

it.each([
  ["says so", { deleted: true }, true],
  ["says so in a text", { deleted: "true" }, true],
  ["says nothing, and it is gone", {}, true],
  ["says nothing, and it is there", {}, false],
  ["sends HTML, and it is there", "<html></html>", false],
])("a file counts as deleted when the provider %s", async (_name, reply, gone) => {
  const origin = await serve((request, response) => {
    if (request.method === "DELETE") sendJson(response, reply);
    else if (gone) sendJson(response, { error: { message: "no such file" } }, 404);
    else sendJson(response, { id: "file-1", bytes: 3 });
  });
  const deleting = providerAt(origin).deleteFile("file-1");
  if (gone) await deleting;
  else await expect(deleting).rejects.toMatchObject({ code: "provider_unreachable" });
});

it("an upload is known by its id alone", async () => {
  const provider = await providerThat(() => ({ id: "file-9" }));
  const open = async function* () {
    yield Buffer.from("{}\n");
  };
  const label = { kind: "input", installation: null, generation: null, batchId: "b1", epoch: 1 } as const;
  expect(await provider.uploadInput({ label, open }, signal)).toEqual({ fileId: "file-9" });
});
