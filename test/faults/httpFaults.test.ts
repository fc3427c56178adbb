import { afterAll, describe, expect, it } from "vitest";
import { LINES, runHttpCase } from "./support/httpCase.ts";
import { CALL_FAULTS, type CallFault, ENDPOINTS } from "./support/httpMatrix.ts";
import { LONG_RUN, reportFamily } from "./support/report.ts";

/** Most of a case is waiting, so several run side by side. */
const AT_A_TIME = 10;
/** The short form takes one case in so many, each endpoint others, so that every fault and every call has its share. */
const ONE_IN = LONG_RUN ? 1 : 3;

let ran = 0;
let fired = 0;

const chosenCases = chooseCases();
const chosen = Object.values(chosenCases).reduce((sum, cases) => sum + cases.length, 0);

describe("every fault of a call, at every call of the pipeline", () => {
  for (const [name, cases] of Object.entries(chosenCases)) {
    it(name, async () => {
      const endpoint = ENDPOINTS[name];
      const failures: string[] = [];
      const waiting = [...cases];
      const work = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const [faultName, fault] = next;
          try {
            const calls = endpoint ? await runHttpCase(endpoint, fault) : 0;
            fired += calls;
            ran++;
          } catch (error) {
            failures.push(`${faultName}: ${describeFailure(error)}`);
          }
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      expect(failures.join("\n")).toBe("");
    });
  }
});

afterAll(async () => {
  // Each case has compared the four counts with 0; where one failed, there is nothing to report.
  if (ran < chosen) return;
  await reportFamily({
    family: "http-faults",
    cases: ran,
    requests: ran * (LINES + 1),
    requestsLost: 0,
    resultsAppliedTwice: 0,
    linesBoughtTwice: 0,
    liveDuplicates: 0,
    facts: { endpoints: Object.keys(ENDPOINTS).length, callsThatFailed: fired },
  });
});

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { actual, expected } = error as { actual?: unknown; expected?: unknown };
  return `${error.message} ${JSON.stringify({ actual, expected })} ${/httpCase.ts:\d+/.exec(error.stack ?? "")?.[0]}`;
}

/** The faults for each endpoint, by their names. */
function chooseCases(): Record<string, [string, CallFault][]> {
  const all = Object.entries(ENDPOINTS).map(([name, endpoint], row) => {
    const faults = Object.entries(CALL_FAULTS)
      .filter(([, fault]) => !(endpoint.stream ? fault.jsonOnly : fault.streamOnly))
      .filter((_, column) => (row + column) % ONE_IN === 0);
    return [name, faults] as const;
  });
  return Object.fromEntries(all);
}
