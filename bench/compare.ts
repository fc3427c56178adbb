// Compares LiveDash with the least that has to be done, with the AI SDK and with a script: `npm run bench -- [requests]`, default 50,000.
//   --runs N                            so many times, and the medians
//   --statistics missing|stale|fresh    what PostgreSQL knows of the tables: nothing; how they were when they were empty; how they are as a part
//                                       begins. Nothing is vacuumed then. Without this, both come as they do
//   --passes N                          the last of so many, each with sessions of its own, over the tables that those before have left
//   --pairs N                           the sessions ask so many pairs of questions; if left out, no two ask the same
//   --only import|create|collect        this part alone is shown, and what comes after it is not done
//   --contenders floor,product          these alone: aiSdk and naive hold all answers in memory
//   --profile                           says what each statement took, part by part
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { PARTS } from "./compare/contender.ts";
import { mediansOf } from "./compare/medians.ts";
import { readLoad, reportOf, tableOf } from "./compare/report.ts";
import { compare, type Row, STATISTICS } from "./compare/run.ts";
import { NAMES } from "./compare/startContender.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "1" },
    statistics: { type: "string" },
    passes: { type: "string", default: "1" },
    pairs: { type: "string" },
    only: { type: "string" },
    contenders: { type: "string" },
    profile: { type: "boolean", default: false },
  },
});
const requests = wholeNumber("the number of requests", positionals[0] ?? "50000");
const runs = wholeNumber("--runs", values.runs);
const passes = wholeNumber("--passes", values.passes);
const pairs = values.pairs === undefined ? undefined : wholeNumber("--pairs", values.pairs);
const statistics = oneOf("--statistics", STATISTICS, values.statistics);
const only = oneOf("--only", PARTS, values.only);
const contenders = values.contenders?.split(",").flatMap((name) => oneOf("--contenders", NAMES, name) ?? []);

const load = readLoad();
const measured: Row[][] = [];
for (let run = 1; run <= runs; run++) {
  const say = (text: string) => process.stderr.write(`${runs > 1 ? `${run} of ${runs}: ` : ""}${text}\n`);
  measured.push(await compare({ requests, passes, pairs, statistics, only, contenders, profile: values.profile }, say));
}
const rows = mediansOf(measured);
process.stdout.write(`${tableOf(rows)}\n`);
const short = measured.flat().filter(({ answers }) => answers !== null && answers !== requests);
for (const { title, answers } of short) process.stderr.write(`${title} has ${answers} of ${requests} answers.\n`);
process.exitCode = short.length > 0 ? 1 : 0;
// What is compared in another way than usual is for whoever asked.
const isUsual =
  passes === 1 &&
  pairs === undefined &&
  statistics === undefined &&
  only === undefined &&
  contenders === undefined &&
  !values.profile;
if (isUsual) await writeFile(path.join(import.meta.dirname, "RESULTS.md"), reportOf(rows, { requests, runs, load }));

function wholeNumber(what: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  return refuse(`${what} must be a whole number from 1, not ${text}.`);
}

function oneOf<T extends string>(what: string, known: readonly T[], text: string | undefined): T | undefined {
  const found = known.find((one) => one === text);
  return found || text === undefined ? found : refuse(`${what} must be one of ${known.join(", ")}, not ${text}.`);
}

function refuse(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
