// Compares LiveDash with the least that has to be done, with the AI SDK and with a script: `npm run bench -- [requests]`, default 50,000.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { reportOf, tableOf } from "./compare/report.ts";
import { compare } from "./compare/run.ts";

const requests = Number(process.argv[2] ?? 50_000);
const rows = await compare(requests, (text) => process.stderr.write(`${text}\n`));
process.stdout.write(`${tableOf(rows)}\n`);
const short = rows.filter(({ answers }) => answers !== requests);
for (const { title, answers } of short) process.stderr.write(`${title} has ${answers} of ${requests} answers.\n`);
process.exitCode = short.length > 0 ? 1 : 0;
await writeFile(path.join(import.meta.dirname, "RESULTS.md"), reportOf(rows, requests));
