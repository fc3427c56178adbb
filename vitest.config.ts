import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longestFirst.ts";

/** A file of this name belongs to the full suite alone; every other one is fast, and runs in `npm test`. */
const FULL = "test/**/*.full.test.ts";

export default defineConfig({
  test: {
    globalSetup: ["test/support/globalSetup.ts"],
    // Real databases, servers and processes: slow machines get time, and nothing is judged by it.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    pool: "forks",
    // One more than the cores it is made for: much of what the tests do is to wait for processes and browsers.
    maxWorkers: 3,
    // Of tests that say they may run beside each other; what they use together has a limit of its own.
    maxConcurrency: 10,
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: "fast", include: ["test/**/*.test.ts"], exclude: [FULL] } },
      { extends: true, test: { name: "full", include: [FULL] } },
    ],
  },
});
