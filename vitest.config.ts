import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longestFirst.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/globalSetup.ts"],
    // Real databases, servers and processes: slow machines get time, and nothing is judged by it.
    testTimeout: 300_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    pool: "forks",
    // One more than the cores it is made for: much of what the tests do is to wait for processes and browsers.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
