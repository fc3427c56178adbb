import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addKey } from "../support/people.ts";
import { ENDPOINTS, exampleCall } from "./endpoints.ts";
import { insertExamples } from "./examples.ts";
import { startTestConsole, type TestConsole } from "./support.ts";

const PAGE = readFileSync(resolve(import.meta.dirname, "../../docs/admin-api.md"), "utf8");
/** The page's examples: what is run, and what is answered to it, where the page shows that. */
const EXAMPLES = [...PAGE.matchAll(/```sh\n([\s\S]*?)```(?:\n\n```json\n([\s\S]*?)```)?/g)].map(
  ([, script = "", answer]) => ({
    script,
    answer,
  }),
);
/** The first line of the first one is what all of them call through. */
const [ASK = ""] = EXAMPLES[0]?.script.split("\n") ?? [];

let console_: TestConsole;
let key: string;
beforeAll(async () => {
  console_ = await startTestConsole();
  await insertExamples(console_);
  key = (await addKey(console_.ctx, "SUPER_ADMIN")).key;
});
afterAll(() => console_.close());

async function run(script: string) {
  const env = { ...process.env, URL: console_.server.url, KEY: key };
  const child = spawn("bash", ["-euc", `${ASK}\n${script}`], { env });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { out, err, code };
}

it("needs curl, as its readers do", async () => {
  const { code } = await run("command -v curl && curl --help all | grep -q -- --fail-with-body");
  expect(code, "The examples call curl: install curl 7.82 or newer.").toBe(0);
});

describe("its examples", () => {
  it.each(EXAMPLES.map(({ script, answer }) => [script, answer] as const))("%s", async (script, answer) => {
    const { out, err, code } = await run(script);
    if (script.startsWith("# 409")) {
      expect({ code, body: JSON.parse(out) }).toMatchObject({ code: 22, body: { error: { code: "conflict" } } });
      return;
    }
    expect(code, `${out}\n${err}`).toBe(0);
    if (answer) expect(shapeOf(JSON.parse(out))).toEqual(shapeOf(JSON.parse(answer)));
  });
});

it.each(
  ENDPOINTS.filter(({ realm }) => realm === "platform").map((endpoint) => [endpoint.operationId, endpoint] as const),
)("explains %s, with an example", (_, endpoint) => {
  expect(PAGE).toContain(`\`${endpoint.method} ${endpoint.path}\` needs \`${endpoint.permission}\`.`);
  const [path = ""] = exampleCall(endpoint).path.split("?");
  expect(EXAMPLES.some(({ script }) => new RegExp(`\\$URL${path}["?]`).test(script))).toBe(true);
});

/** An answer with its values left out: names of fields, and of what type they are. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}
