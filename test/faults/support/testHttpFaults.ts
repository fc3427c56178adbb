import { afterAll, describe, expect, it } from "vitest";
import { runHttpCase } from "./httpCase.ts";
import { CALL_FAULTS, type CallFault, ENDPOINTS } from "./httpMatrix.ts";
import { reportFamily } from "./report.ts";

/** Most of a case is waiting, so several run side by side. */
const AT_A_TIME = 10;

/**
 * Declares the tests of HTTP faults, a test for each call of the pipeline.
 * @param oneIn takes one case in so many, each endpoint others, so that every fault and every call has its share
 */
export function testHttpFaults({ oneIn }: { oneIn: number }): void {
  const chosenCases = chooseCases(oneIn);
  const chosen = Object.values(chosenCases).reduce((sum, cases) => sum + cases.length, 0);
  let ran = 0;
  const sums = { fired: 0, requests: 0, there: 0 };

  const turn = turnsOf(AT_A_TIME);
  describe.concurrent("every fault of a call, at every call of the pipeline", () => {
    for (const [name, cases] of Object.entries(chosenCases)) {
      // A call has to wait for the cases of all others.
      it(name, { timeout: 1_200_000 }, async () => {
        const endpoint = ENDPOINTS[name];
        const failures: string[] = [];
        const run = async ([faultName, fault]: [string, CallFault]) => {
          try {
            if (!endpoint) return;
            const outcome = await runHttpCase(endpoint, fault);
            sums.fired += outcome.fired;
            sums.requests += outcome.requests;
            sums.there += outcome.there;
            ran++;
          } catch (error) {
            failures.push(`${faultName}: ${describeFailure(error)}`);
          }
        };
        await Promise.all(cases.map((one) => turn(() => run(one))));
        expect(failures.join("\n")).toBe("");
      });
    }
  });

  afterAll(async () => {
    // Each case has compared the four counts with 0; where one failed, there is nothing to report.
    if (ran < chosen) return;
    expect(sums.there, "requests of the second account").toBeGreaterThan(0);
    await reportFamily({
      family: "http-faults",
      cases: ran,
      requests: sums.requests,
      requestsLost: 0,
      resultsAppliedTwice: 0,
      linesBoughtTwice: 0,
      liveDuplicates: 0,
      facts: {
        endpoints: Object.keys(ENDPOINTS).length,
        callsThatFailed: sums.fired,
        requestsOfSecondAccount: sums.there,
      },
    });
  });
}

/** Lets so many run at a time; the others wait for their turn, first come first served. */
function turnsOf(most: number): (work: () => Promise<void>) => Promise<void> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running === most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { actual, expected } = error as { actual?: unknown; expected?: unknown };
  return `${error.message} ${JSON.stringify({ actual, expected })} ${/httpCase.ts:\d+/.exec(error.stack ?? "")?.[0]}`;
}

/** The faults for each endpoint, by their names; of Azure's half as many. */
function chooseCases(oneIn: number): Record<string, [string, CallFault][]> {
  const all = Object.entries(ENDPOINTS).map(([name, endpoint], row) => {
    const faults = Object.entries(CALL_FAULTS)
      .filter(([, fault]) => !(endpoint.stream ? fault.jsonOnly : fault.streamOnly))
      .filter((_, column) => (row + column) % (endpoint.atAzure ? 2 * oneIn : oneIn) === 0);
    return [name, faults] as const;
  });
  return Object.fromEntries(all);
}
