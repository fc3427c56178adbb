import fc from "fast-check";
import { answerFor, answerLine, failureLine, filteredLine, USAGE } from "./hostileDocuments.ts";
import { byteDamage, changes, spoil, toHostileJson } from "./hostileJson.ts";

/** One line of a result file as it is generated: which request it claims to be for, and what is wrong with it. */
export interface HostileLine {
  /** The place of the request in its batch; beyond the end: a request of another company, or of nobody. */
  request: number;
  bytes(requestId: string): Buffer;
}

/** Stands in every answer that claims to be for a request of another batch: it must never be applied. */
export const STOLEN = "stolen";

const HUGE_USAGE = {
  ...USAGE,
  prompt_tokens: 1_000_000_000,
  completion_tokens: 1_000_000_000,
  total_tokens: 1_000_000_000,
};
const MEGABYTE = 1024 * 1024;

const json = (document: unknown) => Buffer.from(JSON.stringify(document));

const content: fc.Arbitrary<(requestId: string) => Buffer> = fc.oneof(
  { weight: 30, arbitrary: fc.constant((id: string) => json(answerLine(id))) },
  {
    weight: 10,
    arbitrary: fc.constantFrom(400, 408, 429, 500).map((status) => (id: string) => json(failureLine(id, status))),
  },
  { weight: 3, arbitrary: fc.constant((id: string) => json(filteredLine(id))) },
  { weight: 10, arbitrary: fc.constant((id: string) => json(answerLine(id, answerFor(id), HUGE_USAGE))) },
  {
    weight: 30,
    arbitrary: changes.map((spoiling) => (id: string) => Buffer.from(toHostileJson(spoil(answerLine(id), spoiling)))),
  },
  {
    weight: 10,
    arbitrary: changes.map((spoiling) => (id: string) => {
      const answer = toHostileJson(spoil(answerFor(id), spoiling));
      const line = answerLine(id);
      for (const choice of line.response.body.choices) choice.message.content = answer;
      return json(line);
    }),
  },
  {
    weight: 20,
    arbitrary: fc.tuple(byteDamage, byteDamage).map(
      ([one, two]) =>
        (id: string) =>
          two(one(json(answerLine(id)))),
    ),
  },
  { weight: 10, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => () => Buffer.from(bytes)) },
  { weight: 2, arbitrary: fc.constant((id: string) => Buffer.from(toHostileJson(answerLine(id), 20_000))) },
  {
    weight: 1,
    arbitrary: fc.constant((id: string) => Buffer.concat([json(answerLine(id)), Buffer.alloc(3 * MEGABYTE, " ")])),
  },
  { weight: 1, arbitrary: fc.constant(() => Buffer.alloc(9 * MEGABYTE, "x")) },
);

/** Two answers to one request, the first of them twice in a row: it is the one that counts. */
export const TWO_GLUED: HostileLine[] = [
  {
    request: 0,
    bytes: (id) => {
      const line = json(answerLine(id, { ...answerFor(id), summary: "The first one." }));
      return Buffer.concat([line, line]);
    },
  },
  { request: 0, bytes: (id) => json(answerLine(id)) },
];

/** The lines of a file, in any order, some requests with several lines, some with none. */
export function hostileLines(requests: number): fc.Arbitrary<HostileLine[]> {
  const line = fc.record({ request: fc.nat(requests + 1), bytes: content });
  return fc.array(line, { maxLength: 2 * requests });
}

/**
 * Writes a file for a batch.
 * @param own ids of its requests
 * @param foreign ids of requests of another company's batch
 */
export function writeFile(lines: readonly HostileLine[], own: readonly string[], foreign: readonly string[]): Buffer {
  const parts = lines.flatMap(({ request, bytes }, index) => {
    const id = own[request];
    if (id !== undefined) return [bytes(id), Buffer.from("\n")];
    const other = foreign[index % Math.max(1, foreign.length)] ?? "nobody";
    const stolen = { ...answerFor(other), summary: `${STOLEN}: the answer to another one's request` };
    return [json(answerLine(request % 2 === 0 ? other : `nobody-${index}`, stolen)), Buffer.from("\n")];
  });
  return Buffer.concat(parts);
}
