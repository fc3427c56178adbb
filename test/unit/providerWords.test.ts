import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { AIBatchRequestStatus } from "../../lib/db/enums.ts";
import { FAILURES } from "../../lib/failures.ts";

const ROOT = join(import.meta.dirname, "../..");
const ROOMS = "lib/{pipeline,throttle,batches,requests,costs,installation,admin}/**/*.ts";
/** Names of fields, statuses and codes. One with a dot behind it is an event of the log. */
const NAMES = /\b[a-z]+(?:_[a-z]+)+\b(?!\.)/g;
const TAKES_WORDS_APART = [
  /\.(?:test|exec)\((?:\w+\??\.)*(?:message|word|wording|providerStatus)\b/,
  /\b(?:message|word|wording|providerStatus)\)?\.(?:match|matchAll|search|includes|startsWith)\(/,
  /\b(?:word|providerStatus) [!=]==? "/,
];

let rooms: [path: string, text: string][];
let providers: Set<string>;
let ours: Set<string>;

beforeAll(async () => {
  rooms = await read(ROOMS);
  providers = namesIn(await read("lib/providers/*/*.ts", ["lib/providers/contract/*.ts"]));
  const statuses = Object.values(AIBatchRequestStatus).map((status) => status.toLowerCase());
  ours = new Set([...namesIn(await read("lib/providers/contract/*.ts")), ...Object.keys(FAILURES), ...statuses]);
});

async function read(pattern: string, exclude: string[] = []): Promise<[path: string, text: string][]> {
  const files: [string, string][] = [];
  for await (const path of glob(pattern, { cwd: ROOT, exclude }))
    files.push([path, await readFile(join(ROOT, path), "utf8")]);
  return files;
}

function namesIn(files: [path: string, text: string][]): Set<string> {
  return new Set(files.flatMap(([, text]) => text.match(NAMES) ?? []));
}

it("no room beside the provider's names a field, a status or a code of the provider", () => {
  const found = rooms.flatMap(([path, text]) =>
    (text.match(NAMES) ?? [])
      .filter((name) => providers.has(name) && !ours.has(name))
      .map((name) => `${path}: ${name}`),
  );
  expect(rooms.length).toBeGreaterThan(100);
  expect([...providers]).toEqual(expect.arrayContaining(["output_file_id", "token_limit_exceeded", "custom_id"]));
  expect(found).toEqual([]);
});

it("no room beside the provider's decides by the provider's words", () => {
  const found = rooms.flatMap(([path, text]) =>
    text
      .split("\n")
      .filter((line) => TAKES_WORDS_APART.some((pattern) => pattern.test(line)))
      .map((line) => `${path}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
