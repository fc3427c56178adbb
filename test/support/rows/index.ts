import type { Sql } from "../../../lib/db/pool.ts";
import { conversationsIn } from "./conversations.ts";
import { countsIn } from "./counts.ts";
import { operationsIn } from "./operations.ts";
import { peopleIn } from "./people.ts";
import { requestsIn } from "./requests.ts";
import { manyOf, oneOf } from "./table.ts";

export type Rows = ReturnType<typeof rowsIn>;

/**
 * Puts rows straight into tables, through a pool or in a transaction. A test names what it cares about; the rest is
 * filled in, and so are the company, the session and whatever else a row has to belong to. What was inserted is answered.
 *
 *     await rows.company({ name: "Acme" });
 *     await rows.session({ messages: ["May I leave early?", "You may."] });
 *     const requests = await rows.requests(25, (n) => ({ id: `r${n}`, processingStatus: "PROCESSING_FAILED" }));
 *     await rows.attempts(requests.map(({ id }) => ({ requestId: id, batchId: "b1", outcome: "FAILED" })));
 *
 * Rows that name no company are those of `acme`; a company that is named and not there is made.
 */
export function rowsIn(sql: Sql) {
  const { companies, sessions, messages, questions, sessionQuestions, sessionImports } = conversationsIn(sql);
  const { requests, batches, attempts } = requestsIn(sql);
  const people = peopleIn(sql);
  const operations = operationsIn(sql);
  return {
    company: oneOf(companies),
    companies: manyOf(companies),
    /** The raw row of the legacy CSV that a session came from. */
    sessionImport: oneOf(sessionImports),
    session: oneOf(sessions),
    sessions: manyOf(sessions),
    message: oneOf(messages),
    messages: manyOf(messages),
    question: oneOf(questions),
    questions: manyOf(questions),
    sessionQuestion: oneOf(sessionQuestions),
    sessionQuestions: manyOf(sessionQuestions),

    request: oneOf(requests),
    requests: manyOf(requests),
    batch: oneOf(batches),
    batches: manyOf(batches),
    attempt: oneOf(attempts),
    attempts: manyOf(attempts),

    user: oneOf(people.users),
    users: manyOf(people.users),
    userAccount: oneOf(people.userAccounts),
    userSession: oneOf(people.userSessions),
    userVerification: oneOf(people.userVerifications),
    userTwoFactor: oneOf(people.userTwoFactors),
    platformUser: oneOf(people.platformUsers),
    platformUsers: manyOf(people.platformUsers),
    platformAccount: oneOf(people.platformAccounts),
    platformSession: oneOf(people.platformSessions),
    platformVerification: oneOf(people.platformVerifications),
    signInLock: oneOf(people.signInLocks),
    /** Of a company, unless it says whose it is. */
    apiKey: oneOf(people.apiKeys),
    serviceAccount: oneOf(people.serviceAccounts),

    importRun: oneOf(operations.importRuns),
    importRuns: manyOf(operations.importRuns),
    badRows: manyOf(operations.badRows),
    bulkRequeue: oneOf(operations.bulkRequeues),
    job: oneOf(operations.jobs),
    jobs: manyOf(operations.jobs),
    bulkRequeues: manyOf(operations.bulkRequeues),
    account: oneOf(operations.accounts),
    model: oneOf(operations.models),
    models: manyOf(operations.models),
    prices: manyOf(operations.prices),
    exchangeRates: manyOf(operations.exchangeRates),
    companyModel: oneOf(operations.companyModels),
    budget: oneOf(operations.budgets),

    ...countsIn(sql),
  };
}
