import { appendFileSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestCase, TestModule } from "vitest/node";

const MOST_SHOWN = 10;

/**
 * Prints which files took longest and what passed only when it was tried again. For whoever runs several suites, as CI does, it adds to a file:
 * a line `counts PASSED FAILED SKIPPED`, and what is to be read again when all are over: what failed, and what was tried again.
 */
export class RunReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    if (modules.length > MOST_SHOWN) process.stdout.write(`\n${describeSlowest(modules)}\n`);
    const flaky = describeFlaky(modules);
    if (flaky !== "") process.stdout.write(`\n${flaky}\n`);
    const file = process.env.TEST_SUMMARY;
    if (!file) return;
    const parts = [`counts ${countTests(modules).join(" ")}`, describeFailed(modules, unhandled), flaky];
    appendFileSync(file, `${parts.filter((part) => part !== "").join("\n")}\n`);
  }
}

/** A test that fails now and then is a fault, of the product or of itself: the run goes on, and says so. */
function describeFlaky(modules: readonly TestModule[]): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]).filter((test) => test.diagnostic()?.flaky);
  return describeAll("Passed only when tried again", tests.map(describeTest));
}

/** A run fails for an error that belongs to no test, too. */
function describeFailed(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string {
  const failed = modules.flatMap((module) => {
    const tests = [...module.children.allTests("failed")].map(describeTest);
    return [...tests, ...module.errors().map((error) => describe(module.relativeModuleId, error))];
  });
  return describeAll("Failed", [...failed, ...unhandled.map((error) => describe("outside of a test", error))]);
}

function describeAll(title: string, lines: string[]): string {
  return lines.length === 0 ? "" : [` ${title}`, ...lines].join("\n");
}

function describeTest(test: TestCase): string {
  return describe(`${test.module.relativeModuleId} > ${test.fullName}`, test.result().errors?.[0]);
}

function describe(name: string, error: { message: string } | undefined): string {
  return `  ${name}\n    ${error?.message.split("\n", 1)[0] ?? ""}`;
}

interface Times {
  name: string;
  total: number;
  setUp: number;
}

function describeSlowest(modules: readonly TestModule[]): string {
  const slowest = modules
    .map(timesOf)
    .sort((a, b) => b.total - a.total)
    .slice(0, MOST_SHOWN);
  const lines = slowest.map(({ name, total, setUp }) => ` ${seconds(total)} ${seconds(setUp)}  ${name}`);
  return [` The ${MOST_SHOWN} slowest files: seconds, of which for setting up`, ...lines].join("\n");
}

/** What is not in a test is for setting up: loading the file, and the hooks around its tests. Milliseconds. */
function timesOf(module: TestModule): Times {
  const { duration, collectDuration, setupDuration, prepareDuration, environmentSetupDuration } = module.diagnostic();
  let inTests = 0;
  for (const test of module.children.allTests()) inTests += test.diagnostic()?.duration ?? 0;
  const before = collectDuration + setupDuration + prepareDuration + environmentSetupDuration;
  // Tests that run beside each other take longer together than their file.
  const setUp = before + Math.max(0, duration - inTests);
  return { name: `${module.relativeModuleId} (${module.project.name})`, total: before + duration, setUp };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1).padStart(6);
}

/** How many tests have passed, failed and been skipped. A file that could not be loaded is a failure. */
function countTests(modules: readonly TestModule[]): [passed: number, failed: number, skipped: number] {
  const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
  for (const module of modules) {
    const before = counts.failed;
    for (const test of module.children.allTests()) counts[test.result().state]++;
    if (module.state() === "failed" && counts.failed === before) counts.failed++;
  }
  return [counts.passed, counts.failed + counts.pending, counts.skipped];
}
