import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../../lib/errors.ts";

/** What running some test files came to. */
export interface TestRun {
  passed: number;
  /** Full names of the tests that failed. */
  failed: string[];
  /** Why the run says nothing: a file that could not be loaded, or a run that ended without results. */
  unusable: string | undefined;
  files: { file: string; seconds: number }[];
  seconds: number;
  output: string;
}

export interface TestRunOptions {
  /** The project, or a copy of it. */
  root: string;
  files: string[];
  /** Which of their tests: a regular expression for their names. Default: all. */
  tests?: string;
  /** Where results are written. */
  folder: string;
  workers: number;
  /** Whether to stop at the first failure. */
  bail: boolean;
  limitMs: number;
  env?: Record<string, string>;
  /** Whether what the tests print is shown as it comes. */
  show?: boolean;
}

const resultsShape = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().nullish(),
      startTime: z.number().nullish(),
      endTime: z.number().nullish(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

/** Runs test files in a process of their own, with the Node that runs this, and reads how it went. */
export async function runTests(options: TestRunOptions): Promise<TestRun> {
  const { root, files, tests, folder, workers, bail, limitMs, env = {}, show = false } = options;
  const resultFile = join(folder, "results.json");
  const args = [join(root, "node_modules/vitest/vitest.mjs"), "run", ...files, `--maxWorkers=${workers}`];
  // Not the projects that run some files once more on other releases of PostgreSQL.
  args.push("--project=fast", "--project=full");
  if (tests !== undefined) args.push("--testNamePattern", tests);
  args.push("--reporter=default", "--reporter=json", `--outputFile.json=${resultFile}`, `--bail=${bail ? 1 : 0}`);
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
    // Asked, not killed: the run has a database server to end.
    timeout: limitMs,
    killSignal: "SIGINT",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const [code, signal] = await once(child, "close");
  const seconds = (performance.now() - startedAt) / 1000;
  const nothing = { passed: 0, failed: [], files: [], seconds, output };
  const tooLong = seconds * 1000 >= limitMs ? `it took more than ${limitMs / 60_000} minutes` : undefined;
  try {
    const results = readResults(root, await readFile(resultFile, "utf8"), code);
    // What failed before the time was up has failed.
    return { ...nothing, ...results, ...(tooLong && results.failed.length === 0 ? { unusable: tooLong } : {}) };
  } catch (error) {
    return {
      ...nothing,
      unusable: tooLong ?? `the run ended with ${signal ?? code} and no results (${messageOf(error)})`,
    };
  }
}

function readResults(root: string, text: string, code: unknown): Omit<TestRun, "seconds" | "output"> {
  const { testResults } = resultsShape.parse(JSON.parse(text));
  const tests = testResults.flatMap((file) => file.assertionResults);
  const failed = tests.filter((test) => test.status === "failed").map((test) => test.fullName);
  const passed = tests.filter((test) => test.status === "passed").length;
  const unloaded = testResults.find((file) => file.assertionResults.length === 0);
  let unusable: string | undefined;
  if (unloaded) unusable = `${unloaded.name} could not be loaded: ${unloaded.message?.split("\n")[0]}`;
  else if (passed + failed.length === 0) unusable = "no test ran";
  else if (code !== 0 && failed.length === 0) unusable = `the run ended with ${code}, yet no test failed`;
  const files = testResults.map((file) => ({
    file: file.name.slice(root.length).replace(/^\//, ""),
    seconds: ((file.endTime ?? 0) - (file.startTime ?? 0)) / 1000,
  }));
  return { passed, failed, unusable, files };
}
