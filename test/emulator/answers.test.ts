import OpenAI from "openai";
import type { ChatCompletion } from "openai/resources/chat/completions";
import { expect, test } from "vitest";
import { create, failure, inputLine, readLines, startBench, untilOver, upload } from "./support.ts";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["language", "sentiment", "escalated", "forwarded_hr", "category", "questions", "summary"],
  properties: {
    language: { type: "string", pattern: "^[a-z]{2}$" },
    sentiment: { type: "string", enum: ["POSITIVE", "NEUTRAL", "NEGATIVE"] },
    escalated: { type: "boolean" },
    forwarded_hr: { type: "boolean" },
    category: { type: "string", enum: ["LEAVE_VACATION", "UNRECOGNIZED_OTHER"] },
    questions: { type: "array", maxItems: 5, items: { type: "string" } },
    summary: { type: "string", minLength: 10, maxLength: 300 },
  },
};
const format = { type: "json_schema", name: "session_analysis", strict: true, schema } as const;
const system = { role: "system", content: "Analyse this chat of an employee. ".repeat(150) } as const;
const user = { role: "user", content: "User: Wie kann ich meinen Urlaub beantragen?\nAssistant: Im Portal." } as const;
const body = {
  model: "gpt-6-luna",
  messages: [system, user],
  response_format: { type: "json_schema", json_schema: { name: "session_analysis", strict: true, schema } },
} satisfies OpenAI.Chat.ChatCompletionCreateParamsNonStreaming;
const analysis = {
  language: "de",
  sentiment: "NEUTRAL",
  escalated: false,
  forwarded_hr: false,
  category: "LEAVE_VACATION",
  questions: ["How do I request leave?"],
  summary: expect.stringContaining("About leave and vacation, in German"),
};

test("a chat completion has every field, and the same body gets the same content", async () => {
  const { client } = await startBench();
  const first = await client.chat.completions.create(body);
  expect(first).toEqual({
    id: expect.stringMatching(/^chatcmpl-/),
    object: "chat.completion",
    created: expect.any(Number),
    model: "gpt-6-luna",
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: expect.any(String), refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: "stop",
      },
    ],
    usage: expect.objectContaining({
      prompt_tokens: expect.any(Number),
      prompt_tokens_details: { cached_tokens: 1_152, audio_tokens: 0 },
      completion_tokens_details: expect.objectContaining({ reasoning_tokens: 0 }),
    }),
    service_tier: "default",
    system_fingerprint: expect.stringMatching(/^fp_/),
  });
  const { usage } = first;
  expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
  expect(JSON.parse(first.choices[0]?.message.content ?? "")).toEqual(analysis);
  const second = await client.chat.completions.create(body);
  expect(second.choices).toEqual(first.choices);
  expect(second.id).not.toBe(first.id);
});

test("a batch line gets the answer that the same call gets at once", async () => {
  const { client } = await startBench();
  const now = await client.chat.completions.create(body);
  const batch = await create(client, await upload(client, [inputLine("r1", body)]));
  const [line] = await readLines(client, (await untilOver(client, batch.id)).output_file_id);
  expect(line?.response?.body.choices).toEqual(now.choices);
  expect(line?.response?.body.usage).toEqual(now.usage);
});

test("a response has the same answer in its own shape", async () => {
  const { client } = await startBench();
  const input = [system, user];
  const response = await client.responses.create({ model: "gpt-6-luna", input, text: { format } });
  expect(response).toMatchObject({ status: "completed", incomplete_details: null, error: null });
  expect(JSON.parse(response.output_text)).toEqual(analysis);
  const cut = await client.responses.create({ model: "gpt-6-luna", input, text: { format }, max_output_tokens: 10 });
  expect(cut).toMatchObject({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
  expect(cut.usage?.output_tokens).toBe(10);
});

test("an output limit cuts the answer off; reasoning uses it up", async () => {
  const { client } = await startBench();
  const cut = await client.chat.completions.create({ ...body, max_completion_tokens: 20 });
  expect(cut.choices[0]?.finish_reason).toBe("length");
  expect(cut.choices[0]?.message.content).toHaveLength(80);
  const reasoned = await client.chat.completions.create({
    ...body,
    max_completion_tokens: 50,
    reasoning_effort: "low",
  });
  expect(reasoned.choices[0]).toMatchObject({ finish_reason: "length", message: { content: "" } });
  expect(reasoned.usage).toMatchObject({ completion_tokens: 50, completion_tokens_details: { reasoning_tokens: 50 } });
});

test("free text, a JSON object, embeddings, completions and moderations", async () => {
  const { client } = await startBench();
  const content = (completion: ChatCompletion) => completion.choices[0]?.message.content ?? "";
  const plain = await client.chat.completions.create({ model: "m", messages: [user] });
  expect(content(plain)).toContain("emulated answer");
  const object = await client.chat.completions.create({ ...body, response_format: { type: "json_object" } });
  expect(JSON.parse(content(object))).toEqual({ answer: expect.any(String) });
  const { data } = await client.embeddings.create({ model: "m", input: ["a", "b", "a"], dimensions: 4 });
  expect(data.map((item) => item.embedding.length)).toEqual([4, 4, 4]);
  expect(data[2]?.embedding).toEqual(data[0]?.embedding);
  expect(data[1]?.embedding).not.toEqual(data[0]?.embedding);
  const text = await client.completions.create({ model: "m", prompt: "once" });
  expect(text.choices[0]).toMatchObject({ finish_reason: "stop", text: expect.any(String) });
  const moderation = await client.moderations.create({ model: "m", input: "peace" });
  expect(moderation.results).toMatchObject([{ flagged: false }]);
});

test("a synchronous call that lacks something is a 400", async () => {
  const { client } = await startBench({ models: ["gpt-6-luna"] });
  expect(await failure(client.post("/chat/completions", { body: { model: "gpt-6-luna" } }))).toMatchObject({
    status: 400,
    param: "messages",
  });
  expect(await failure(client.chat.completions.create({ ...body, stream: true }))).toMatchObject({ status: 400 });
  expect(await failure(client.chat.completions.create({ ...body, model: "none" }))).toBeInstanceOf(
    OpenAI.NotFoundError,
  );
});
