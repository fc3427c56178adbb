import OpenAI, { toFile } from "openai";
import type { Contender, Given } from "../contender.ts";
import { lineOf, MOST_LINES, readSessions } from "../texts.ts";

/** A script on the `openai` package, without a database: files in memory, nothing checked, nothing done twice or after a crash. */
export async function open({ provider: baseURL, csv }: Given): Promise<Contender> {
  const client = new OpenAI({ baseURL, apiKey: "bench" });
  const texts = (await readSessions(csv)).map(({ text }) => text);
  const batches: string[] = [];
  const answers = new Map<string, unknown>();
  return {
    create: async () => {
      for (let start = 0; start < texts.length; start += MOST_LINES) {
        const lines = texts.slice(start, start + MOST_LINES).map((text, n) => lineOf(`request-${start + n}`, text));
        const file = await toFile(Buffer.from(lines.join("")), "input.jsonl");
        const { id } = await client.files.create({ file, purpose: "batch" });
        const endpoint = "/v1/chat/completions";
        const batch = await client.batches.create({ input_file_id: id, endpoint, completion_window: "24h" });
        batches.push(batch.id);
      }
    },
    collect: async () => {
      for (const id of batches) {
        const batch = await client.batches.retrieve(id);
        const content = await client.files.content(batch.output_file_id ?? "");
        for (const line of (await content.text()).split("\n").filter(Boolean)) {
          const { custom_id, response } = JSON.parse(line);
          answers.set(custom_id, JSON.parse(response.body.choices[0].message.content));
        }
      }
    },
    count: async () => answers.size,
    close: async () => {},
  };
}
