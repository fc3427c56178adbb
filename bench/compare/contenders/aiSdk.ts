import { createOpenAI } from "@ai-sdk/openai";
import { experimental_getBatchResults as getBatchResults, experimental_startBatch as startBatch } from "ai";
import type { Contender, Given } from "../contender.ts";
import { MODEL, MOST_LINES, promptOf, readSessions } from "../texts.ts";

/**
 * The AI SDK's own batches, without a database. It has no schema for the answers of a batch, so that is part of what the model
 * is told: a line is as long as everybody's.
 */
export async function open({ provider: baseURL, csv }: Given): Promise<Contender> {
  const provider = createOpenAI({ baseURL, apiKey: "bench" });
  const texts = (await readSessions(csv)).map(({ text }) => text);
  const batches: Awaited<ReturnType<typeof startBatch>>[] = [];
  const answers = new Map<string, string>();
  return {
    create: async () => {
      for (let start = 0; start < texts.length; start += MOST_LINES) {
        const requests = texts.slice(start, start + MOST_LINES).map((text, n) => {
          const { system, user, schema } = promptOf(text);
          const instructions = `${system}\n${JSON.stringify(schema)}`;
          const id = `request-${start + n}`;
          return { id, type: "text" as const, model: MODEL, instructions, prompt: user, maxOutputTokens: 1_000 };
        });
        batches.push(await startBatch({ provider, requests }));
      }
    },
    collect: async () => {
      for (const batch of batches) {
        for await (const item of getBatchResults({ provider, batch })) {
          if (item.type === "text" && item.status === "succeeded") answers.set(item.id, item.text);
        }
      }
    },
    count: async () => answers.size,
    close: async () => {},
  };
}
