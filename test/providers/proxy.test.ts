import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { createServer, getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, it, onTestFinished } from "vitest";
import { startEmulator } from "../../emulator/server.ts";
import { resultOf } from "../../lib/providers/contract/batch.ts";
import type { BatchProvider } from "../../lib/providers/contract/provider.ts";
import { openProvider, type ProviderOptions } from "../../lib/providers/openProvider.ts";
import { LOOPBACK_CERTIFICATE } from "../support/loopbackCertificate.ts";
import { startProxy } from "../support/proxy.ts";

const PASSWORD = "C4nary-pass";
const CREDENTIALS = `ann:${PASSWORD}`;
const LINE = JSON.stringify({
  custom_id: "a",
  method: "POST",
  url: "/v1/chat/completions",
  body: { model: "gpt-6-luna", messages: [{ role: "user", content: "Hello" }] },
});

async function startProvider(): Promise<string> {
  const emulator = await startEmulator({ times: { validating: 0, inProgress: 0, finalizing: 0 } });
  onTestFinished(() => emulator.close());
  return emulator.url;
}

/** The emulator behind TLS, trusted by this process until the test ends. */
async function startSecureProvider(): Promise<string> {
  const { port } = new URL(await startProvider());
  const server = createServer(LOOPBACK_CERTIFICATE, (socket) => {
    const inner = connect(Number(port), "127.0.0.1");
    for (const end of [socket, inner]) end.on("error", () => {});
    inner.pipe(socket).pipe(inner);
    onTestFinished(() => void [socket, inner].map((end) => end.destroy()));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const trusted = getCACertificates("default");
  setDefaultCACertificates([...trusted, LOOPBACK_CERTIFICATE.cert]);
  onTestFinished(() => {
    setDefaultCACertificates(trusted);
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}

function providerAt(baseURL: string, proxies: ProviderOptions["proxies"] = {}): BatchProvider {
  const provider = openProvider("openai", { apiKey: "sk-C4nary-key", baseURL, proxies, maxRetries: 0 });
  onTestFinished(() => provider.close());
  return provider;
}

/** A batch from its upload to its results. */
async function runBatch(provider: BatchProvider): Promise<string> {
  const { signal } = new AbortController();
  const open = async function* () {
    yield Buffer.from(`${LINE}\n`);
  };
  const mark = { installation: "i", generation: 1, batchId: "b1", epoch: 1 };
  const { fileId } = await provider.uploadInput({ label: { kind: "input", ...mark }, open }, signal);
  const batch = { inputFileId: fileId, endpoint: provider.endpoint, mark: { ...mark, hash: "h" }, timeoutMs: 60_000 };
  const created = await provider.createBatch(batch);
  let theirs = created;
  while (theirs.state !== "completed") theirs = await provider.retrieveBatch(created.id);
  const { content } = await provider.openFile(resultOf(theirs, "answers") ?? "", signal);
  let text = "";
  for await (const bytes of content) text += Buffer.from(bytes).toString();
  return text;
}

it("https goes through a tunnel: the proxy sees where to, and nothing else", async () => {
  const [url, proxy] = [await startSecureProvider(), await startProxy({ credentials: CREDENTIALS })];
  const provider = providerAt(url, { https: `http://${CREDENTIALS}@${proxy.host}/` });
  expect(await runBatch(provider)).toContain('"custom_id":"a"');
  const target = `CONNECT ${new URL(url).host}`;
  expect(new Set(proxy.calls.map((call) => JSON.stringify(call)))).toEqual(
    new Set([JSON.stringify({ target, credentials: CREDENTIALS })]),
  );
});

it("http is handed to the proxy", async () => {
  const [url, proxy] = [await startProvider(), await startProxy({ credentials: CREDENTIALS })];
  const provider = providerAt(url, { http: `http://${CREDENTIALS}@${proxy.host}/` });
  expect(await runBatch(provider)).toContain('"custom_id":"a"');
  expect(proxy.calls.map((call) => call.target)).toEqual(
    expect.arrayContaining([`POST ${url}/files`, `POST ${url}/batches`]),
  );
});

it.each([
  ["NO_PROXY names the host", "localhost,127.0.0.1"],
  ["NO_PROXY names all", "*"],
])("%s: it is called directly", async (_, except) => {
  const [url, proxy] = [await startProvider(), await startProxy()];
  await providerAt(url, { http: `http://${proxy.host}`, https: `http://${proxy.host}`, except }).check();
  expect(proxy.calls).toEqual([]);
});

it("another host in NO_PROXY, or a proxy for https alone, changes nothing for http", async () => {
  const [url, proxy] = [await startProvider(), await startProxy()];
  await providerAt(url, { http: `http://${proxy.host}`, except: ".example.com" }).check();
  expect(proxy.calls).toHaveLength(1);
  await providerAt(url, { https: `http://${proxy.host}` }).check();
  expect(proxy.calls).toHaveLength(1);
});

it("takes no proxy from the environment", async () => {
  const [url, proxy] = [await startProvider(), await startProxy()];
  const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY"];
  for (const name of names) process.env[name] = `http://${proxy.host}`;
  onTestFinished(() => names.forEach((name) => void delete process.env[name]));
  await providerAt(url).check();
  await providerAt(url, { https: "http://127.0.0.1:1" }).check();
  expect(proxy.calls).toEqual([]);
});

it.each([
  ["https", /the proxy refused the connection with status 407/],
  ["http", /407/],
])(
  "a proxy that refuses the password is named as such, %s, and the password is not shown",
  async (protocol, reason) => {
    const proxy = await startProxy({ credentials: "ann:another" });
    const url = protocol === "https" ? "https://provider.invalid/v1" : "http://provider.invalid/v1";
    const address = `http://${CREDENTIALS}@${proxy.host}/`;
    const failure = await providerAt(url, { http: address, https: address })
      .check()
      .catch((error) => error);
    expect(failure).toMatchObject({ code: "provider_unreachable", message: expect.stringMatching(reason) });
    expect(`${failure.message}${failure.stack}`).not.toContain("C4nary");
  },
);

it("a proxy that is away or never opens the tunnel counts as an outage, and is not waited for at the end", async () => {
  const away = providerAt("https://provider.invalid/v1", { https: "http://127.0.0.1:1/" });
  await expect(away.check()).rejects.toMatchObject({ code: "provider_unreachable" });
  const proxy = await startProxy({ connect: "never" });
  const provider = providerAt("https://provider.invalid/v1", { https: `http://${proxy.host}` });
  const stopping = new AbortController();
  const check = provider.check(stopping.signal);
  await expect.poll(() => proxy.calls.length).toBe(1);
  stopping.abort();
  await expect(check).rejects.toMatchObject({ code: "provider_unreachable" });
  await provider.close();
});
