import { expect, it } from "vitest";
import { openProvider } from "../../lib/providers/openProvider.ts";

const label = { kind: "input", installation: "i", generation: 1, batchId: "b", epoch: 1 } as const;
const file = {
  label,
  open: async function* () {
    yield Buffer.from("{}\n");
  },
};

/** An Azure OpenAI that answers its calls in turn, and counts the seconds that are waited. */
function openAzure(replies: object[], baseURL = "https://name.openai.azure.com") {
  const called: string[] = [];
  let waited = 0;
  const provider = openProvider("azure", {
    apiKey: "the-key-that-is-secret",
    baseURL,
    maxRetries: 0,
    fetch: async (input) => {
      called.push(new Request(input).url);
      const reply = replies[called.length - 1] ?? replies.at(-1);
      return reply instanceof Response ? reply : Response.json(reply);
    },
    sleep: async (ms) => {
      waited += ms;
    },
  });
  const upload = () => provider.uploadInput(file, new AbortController().signal);
  return { provider, called, upload, waited: () => waited };
}

it.each([
  ["https://name.openai.azure.com", "https://name.openai.azure.com/openai/v1/batches/b"],
  ["https://name.openai.azure.com/", "https://name.openai.azure.com/openai/v1/batches/b"],
  ["https://name.openai.azure.com/openai", "https://name.openai.azure.com/openai/v1/batches/b"],
  ["https://name.openai.azure.com/openai/v1/", "https://name.openai.azure.com/openai/v1/batches/b"],
  ["https://gateway.example.com/azure/v1", "https://gateway.example.com/azure/v1/batches/b"],
])("%s is called where its API lies", async (address, expected) => {
  const { provider, called } = openAzure([{ id: "b", status: "InProgress" }], address);
  expect(await provider.retrieveBatch("b")).toMatchObject({ state: "running", word: "in_progress", expiresAt: null });
  expect(called).toEqual([expected]);
});

it("an upload counts when it has been looked through", async () => {
  const { upload, called, waited } = openAzure([
    { id: "f", status: "pending" },
    { id: "f", status: "Running" },
    { id: "f", status: "processed" },
  ]);
  expect(await upload()).toEqual({ fileId: "f" });
  expect([called.length, waited()]).toEqual([3, 2_000]);
});

it.each([[{ id: "f" }], [{ id: "f", status: "of another kind" }], [{ id: "f", status: null }]])(
  "an upload that says nothing of it is taken as it is: %j",
  async (reply) => {
    expect(await openAzure([reply]).upload()).toEqual({ fileId: "f" });
  },
);

it("an upload that is rejected says why", async () => {
  const reply = { id: "f", status: "error", status_details: "It is not UTF-8." };
  await expect(openAzure([reply]).upload()).rejects.toMatchObject({
    code: "provider_refused",
    message: expect.stringContaining("It is not UTF-8."),
  });
});

it.each([
  ["The file has 120,000 lines: the number of requests in the file exceeds 100,000.", "provider_too_large", "lines"],
  ["The deployment 'x' was not found.", "provider_model_refused", undefined],
  ["No room: the storage quota of the account is exceeded.", "provider_storage_full", undefined],
])("whose fault a rejected upload is, its words say: %s", async (status_details, code, of) => {
  const error = await openAzure([{ id: "f", status: "error", status_details }])
    .upload()
    .catch((thrown) => thrown);
  expect([error.code, error.limit?.of]).toEqual([code, of]);
});

it("an upload that is gone is sent anew", async () => {
  await expect(openAzure([{ id: "f", status: "deleted" }]).upload()).rejects.toMatchObject({
    code: "provider_not_found",
  });
});

it("an upload that cannot be looked up for a while is not sent anew", async () => {
  const { upload, waited } = openAzure([
    { id: "f", status: "pending" },
    Response.json({ error: { message: "Oops" } }, { status: 500 }),
    { id: "f", status: "processed" },
  ]);
  expect(await upload()).toEqual({ fileId: "f" });
  expect(waited()).toBe(2_000);
});

const askedToWait = (seconds: number) =>
  Response.json({ error: { message: "Slow down" } }, { status: 429, headers: { "retry-after": String(seconds) } });

it("an upload is not looked up again before the time that the provider asks for", async () => {
  const { upload, called, waited } = openAzure([
    { id: "f", status: "pending" },
    askedToWait(300),
    { id: "f", status: "processed" },
  ]);
  expect(await upload()).toEqual({ fileId: "f" });
  expect([called.length, waited()]).toEqual([3, 301_000]);
});

it("a wait that would end after the ten minutes is left to the batch", async () => {
  const { upload, called, waited } = openAzure([{ id: "f", status: "pending" }, askedToWait(900)]);
  await expect(upload()).rejects.toMatchObject({ code: "provider_rate_limited", retryAfterMs: 900_000 });
  expect([called.length, waited()]).toEqual([2, 1_000]);
});

it("an upload that is never looked through is given up after ten minutes", async () => {
  const { upload, waited } = openAzure([{ id: "f", status: "pending" }]);
  await expect(upload()).rejects.toMatchObject({ code: "provider_unreachable" });
  expect(waited()).toBe(600_000);
});

it("takes more lines than others, and says that nothing expires", () => {
  const { capabilities } = openAzure([]).provider;
  expect(capabilities).toMatchObject({ mostLines: 100_000, expires: false });
});
