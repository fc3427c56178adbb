/** An installation of some size, and how long it is watched. Times are virtual. */
export interface Scenario {
  name: string;
  sessionsPerDay: number;
  /** A tenth of them brings half of all sessions. */
  companies: number;
  /** Accounts at the provider; the companies are spread over them. */
  accounts: number;
  /** Processes with schedulers. */
  workers: number;
  /** Sessions that one row stands for: files, token limits and times are scaled with it, batches and calls are not. */
  perRow: number;
  /** Input tokens of a model that may be enqueued at once. */
  enqueuedTokens: number;
  /** From the beginning: the hours in which a day's sessions come, evenly. */
  comeWithinHours: number;
  /** From the beginning: hours that only fill the pipeline, then hours that are measured. */
  hours: { warmUp: number; measured: number };
}

const DAY_HOURS = 24;
const MILLION = 1_000_000;

const USUAL = {
  accounts: 1,
  workers: 1,
  enqueuedTokens: Number.POSITIVE_INFINITY,
  comeWithinHours: DAY_HOURS,
  hours: { warmUp: 0.5, measured: 1 },
};

type Given = Partial<Scenario> & Pick<Scenario, "name" | "sessionsPerDay" | "companies" | "perRow">;

const of = (given: Given): Scenario => ({ ...USUAL, ...given });

/** More than there is time for in a round of creation. */
const MANY = {
  sessionsPerDay: 100 * MILLION,
  companies: 1_000,
  perRow: 400,
  hours: { warmUp: 0, measured: 1 },
};

/** Rows are small enough that each company has one in nearly every round of creation, so that rounds are as full as they would be. */
export const SCENARIOS: readonly Scenario[] = [
  of({ name: "1 M", sessionsPerDay: MILLION, companies: 20, perRow: 150 }),
  of({ name: "10 M", sessionsPerDay: 10 * MILLION, companies: 100, perRow: 300 }),
  of({
    name: "100 M",
    sessionsPerDay: 100 * MILLION,
    companies: 20,
    perRow: 1_000,
    hours: { warmUp: 1, measured: 2 },
  }),
  of({ name: "100 M", ...MANY }),
  of({ name: "100 M", ...MANY, workers: 2 }),
  of({ name: "100 M", ...MANY, accounts: 4 }),
  of({
    name: "100 M, 0.5 G tokens at once",
    sessionsPerDay: 100 * MILLION,
    companies: 20,
    perRow: 1_000,
    enqueuedTokens: 500 * MILLION,
  }),
  of({
    name: "25 M, all within an hour",
    sessionsPerDay: 25 * MILLION,
    companies: 20,
    perRow: 1_000,
    comeWithinHours: 1,
    hours: { warmUp: 0, measured: 4 },
  }),
];
