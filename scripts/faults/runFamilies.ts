import { cpus, totalmem } from "node:os";
import { makeTemporaryFolder, ROOT } from "./copyTree.ts";
import { type Family, readReports } from "./families.ts";
import type { Results } from "./kept.ts";
import { runTests } from "./runTests.ts";

const LONGEST_MS = 3 * 3_600_000;

/**
 * Runs families one after another and keeps what each has shown. One at a time: several of them drive processes of
 * their own, and keep all cores busy. Answers why runs have shown nothing; of these nothing is kept.
 */
export async function runFamilies(
  families: readonly Family[],
  results: Results,
  options: { long: boolean; say: (line: string) => void },
): Promise<string[]> {
  const problems: string[] = [];
  for (const family of families) {
    options.say(`\n${family.title} (${family.file})`);
    const problem = await runFamily(family, results, options.long);
    if (problem !== undefined) problems.push(`${family.family}: ${problem}.`);
  }
  return problems;
}

async function runFamily(
  { family, file, tests }: Family,
  results: Results,
  long: boolean,
): Promise<string | undefined> {
  const at = new Date().toISOString();
  const reports = await makeTemporaryFolder("faults");
  const output = await makeTemporaryFolder("results");
  try {
    const env = { FAULTS: long ? "long" : "", FAULTS_REPORT_DIR: reports.path };
    const options = {
      root: ROOT,
      files: [file],
      folder: output.path,
      workers: 1,
      bail: false,
      limitMs: LONGEST_MS,
      env,
    };
    const run = await runTests({ ...options, show: true, ...(tests === undefined ? {} : { tests }) });
    if (run.unusable !== undefined) return run.unusable;
    const report = (await readReports(reports.path)).find((one) => one.family === family);
    const { seconds, passed, failed } = run;
    const result = { family, at, machine: describeMachine(), seconds, passed, failed };
    await results.keepFamily({ ...result, ...(report && { report }) });
    return undefined;
  } finally {
    await reports.remove();
    await output.remove();
  }
}

function describeMachine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const system = `${process.platform} ${process.arch}, Node ${process.versions.node}`;
  return `${cpus().length} cores (${first?.model.trim() || "of no name"}), ${memory} GB, ${system}`;
}
