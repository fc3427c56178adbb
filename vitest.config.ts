import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longestFirst.ts";
import { RunReporter } from "./test/support/runReporter.ts";

/** A file of this name belongs to the full suite alone; every other one is fast, and runs in `npm test`. */
const FULL = "test/**/*.full.test.ts";
/** Of these, the ones that look at the console: they share a Chromium, and those of a worker share what the server loads. */
const BROWSER = "test/web/**/*.full.test.ts";
/** What depends on the release of PostgreSQL: the schema, the statements of the pipeline, and row-level security. */
const DATABASE_IN_SHORT = [
  "test/db/{catalogue,counters,migrate}.test.ts",
  "test/pipeline/pipeline.test.ts",
  "test/company/{isolation,role}.test.ts",
];
const DATABASE = [
  ...DATABASE_IN_SHORT,
  "test/pipeline/*.test.ts",
  "test/import/importCsv.test.ts",
  "test/company/{figures,sessions}.test.ts",
];

export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    // Real databases, servers and processes: slow machines get time, and nothing is judged by it.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 240_000 } },
    // None by default. CI gives each test a second try and names those that needed it; the fault families say that they get none.
    retry: Number(process.env.TEST_RETRIES ?? 0),
    pool: "forks",
    // Two more than the cores it is made for: much of what the tests do is to wait for processes and browsers.
    maxWorkers: 4,
    // Of tests that say they may run beside each other; what they use together has a limit of its own.
    maxConcurrency: 10,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", new RunReporter()],
    coverage: {
      provider: "custom",
      customProviderModule: "test/support/coverage.ts",
      autoAttachSubprocess: true,
      include: ["lib/**"],
      exclude: ["lib/db/generated/**"],
      reporter: ["text", "json-summary"],
      reportOnFailure: true,
    },
    projects: [
      // Not isolated: a worker loads what its files share once, for that takes longer than many a file does.
      { extends: true, test: { name: "fast", include: ["test/**/*.test.ts"], exclude: [FULL], isolate: false } },
      { extends: true, test: { name: "full", include: [FULL], exclude: [BROWSER] } },
      {
        extends: true,
        test: {
          name: "browser",
          include: [BROWSER],
          isolate: false,
          globalSetup: ["test/support/browserSetup.ts"],
        },
      },
      // The older releases that are promised to do. npm has them for Linux on x64 alone.
      ...(process.platform === "linux" && process.arch === "x64"
        ? [onPostgres(15, DATABASE), onPostgres(16, DATABASE_IN_SHORT), onPostgres(17, DATABASE_IN_SHORT)]
        : []),
    ],
  },
});

function onPostgres(release: number, include: string[]) {
  const globalSetup = ["test/support/globalSetup.ts"];
  const name = `postgres-${release}`;
  return { extends: true as const, test: { name, include, exclude: [FULL], globalSetup, isolate: false } };
}
