import { describe, it } from "vitest";
import type { OpenFixture, Promised } from "./fixture.ts";
import { BATCHES } from "./promises/batches.ts";
import { CREATING } from "./promises/creating.ts";
import { ERRORS } from "./promises/errors.ts";
import { FILES } from "./promises/files.ts";
import { LINES } from "./promises/lines.ts";
import { LISTS } from "./promises/lists.ts";

/** All that the contract promises, as far as it can be tried. */
export const PROMISES: readonly Promised[] = [...BATCHES, ...CREATING, ...LISTS, ...FILES, ...ERRORS, ...LINES];

/** Holds a provider to each promise of the contract, on an emulator of its shape. */
export function describeConformance(name: string, openFixture: OpenFixture): void {
  describe(`the provider ${name} keeps the contract`, () => {
    it.each(PROMISES.map((promised) => [promised.name, promised] as const))("%s", async (_name, { check }) => {
      const fixture = await openFixture();
      try {
        await check(fixture);
      } finally {
        await fixture.close();
      }
    });
  });
}
