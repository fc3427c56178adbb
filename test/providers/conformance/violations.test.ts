import { describe, expect, it } from "vitest";
import { PROMISES } from "./conformance.ts";
import { onEmulator } from "./fixture.ts";
import { BATCHES } from "./violations/batches.ts";
import { CREATING } from "./violations/creating.ts";
import { ERRORS } from "./violations/errors.ts";
import { FILES } from "./violations/files.ts";
import { LINES } from "./violations/lines.ts";
import { LISTS } from "./violations/lists.ts";

const VIOLATIONS = [...BATCHES, ...CREATING, ...LISTS, ...FILES, ...ERRORS, ...LINES];
const openFixture = onEmulator("openai", {}, { shape: "openai" });

describe("a provider does not pass that", () => {
  it.each(VIOLATIONS.map((violation) => [violation.name, violation] as const))("%s", async (_name, violation) => {
    const promised = PROMISES.find(({ name }) => name === violation.caughtBy);
    if (!promised) return expect.fail(`Nothing is promised as "${violation.caughtBy}".`);
    const fixture = await openFixture(violation.breaks);
    try {
      await expect(promised.check(fixture)).rejects.toThrow();
    } finally {
      await fixture.close();
    }
  });
});
