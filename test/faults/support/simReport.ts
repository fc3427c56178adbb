import type { FamilyReport } from "./report.ts";
import type { Played } from "./simFarm.ts";

type Totals = Omit<FamilyReport, "family" | "points" | "facts">;

/** Sums up the cases of a family, keeps in words what went wrong in them, and prints how it came to that as it is found. */
export class Tally {
  readonly failures: string[] = [];
  readonly totals: Totals = {
    cases: 0,
    requests: 0,
    requestsLost: 0,
    resultsAppliedTwice: 0,
    linesBoughtTwice: 0,
    liveDuplicates: 0,
  };

  /** What was done to the workers, and how much time passed for them. */
  readonly facts: Record<string, number> = {};

  add(name: string, answer: Played): void {
    this.totals.cases += 1;
    if (answer.kind === "broken") {
      this.#fail(name, answer.error, answer.trace);
      return;
    }
    const { outcome } = answer;
    this.totals.requests += outcome.requests;
    this.totals.requestsLost += outcome.requestsLost;
    this.totals.resultsAppliedTwice += outcome.resultsAppliedTwice;
    this.totals.linesBoughtTwice += outcome.linesBoughtTwice;
    this.totals.liveDuplicates += outcome.liveDuplicates;
    for (const [kind, count] of Object.entries(outcome.interruptions ?? {})) this.#count(kind, count);
    for (const [what, count] of Object.entries(outcome.did)) this.#count(what, count);
    for (const kind of ["linesBoughtKnowingly", "linesBoughtAfterLoss", "linesBoughtBesideAnother"] as const) {
      this.#count(kind, outcome[kind]);
    }
    this.#count("steps", outcome.steps);
    this.#count("workers", outcome.workers);
    this.#count("virtualHours", outcome.virtualSeconds / 3_600);
    if (outcome.violations.length > 0) {
      this.#fail(name, outcome.violations.join("; "), outcome.trace);
    }
  }

  #fail(name: string, what: string, trace: readonly string[]): void {
    this.failures.push(`${name}: ${what}`);
    console.error([`${name}: ${what}`, ...trace].join("\n"));
  }

  #count(name: string, more: number): void {
    this.facts[name] = Math.round(((this.facts[name] ?? 0) + more) * 100) / 100;
  }
}
