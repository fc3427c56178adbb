import { expect, it } from "vitest";
import { readLines } from "../../lib/pipeline/collect/readLines.ts";
import { openProvider } from "../../lib/providers/openProvider.ts";

const provider = openProvider("openai", { apiKey: "none", baseURL: "http://127.0.0.1:1/v1" });

const line = (id: string) => {
  const body = { choices: [{ finish_reason: "stop", message: { content: `{"custom_id":"x","a":"}{"}` } }] };
  return JSON.stringify({ custom_id: id, response: { status_code: 200, body } });
};

function read(text: string, tooLong = false): string[] {
  const lines = readLines(provider, { content: Buffer.from(text), tooLong });
  return lines.map((read) => (read.kind === "unreadable" ? read.kind : `${read.requestId} ${read.kind}`));
}

it.each<[string, string, string[]]>([
  ["alone", line("r1"), ["r1 answer"]],
  ["glued together", `${line("r1")}${line("r2")}`, ["r1 answer", "r2 answer"]],
  ["the last of them cut", `${line("r1")}${line("r2").slice(0, -9)}`, ["r1 answer", "r2 failure"]],
  ["as an element of a list", `[${line("r1")},`, ["r1 answer"]],
  ["with a word before it", `data: ${line("r1")}`, ["r1 answer"]],
  ["without its end", line("r1").slice(0, -9), ["r1 failure"]],
  ["without its start", line("r1").slice(9), ["unreadable"]],
])("a line of a result file is read %s", (_name, text, expected) => expect(read(text)).toEqual(expected));

it("a line that is too long is known by its start, and read where that holds it whole", () => {
  expect(read(`${line("r1")}${" ".repeat(50)}`, true)).toEqual(["r1 answer"]);
  expect(read(line("r1").slice(0, 60), true)).toEqual(["r1 failure"]);
});
