import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openAccounts } from "../../../lib/accounts/openAccounts.ts";
import { openStored } from "../../../lib/accounts/openStored.ts";
import type { Accounts } from "../../../lib/context.ts";
import { ensureConsoleBuilt } from "../../../web/buildConsole.ts";
import { startWebServer, type WebServer } from "../../../web/startWebServer.ts";
import { complaintsOf } from "../../support/browser.ts";
import { addSessions, startPipeline, type TestPipeline } from "../../support/pipeline.ts";
import { openAs, openBrowser } from "../person.ts";

const SECRET = "a secret that only tests know, thirty-two";
export let pipeline: TestPipeline;
export let server: WebServer;
/** Where an administrator and somebody of the support have signed in, and what the administrator's browser has complained of. */
export let admin: Page;
export let support: Page;
export let complaints: string[];
let accounts: Accounts;
let browser: Browser;

/** A console over a pipeline of this file's own, whose emulator has these faults. */
export function testOperators(faults: string[] = []): void {
  beforeAll(async () => {
    await ensureConsoleBuilt();
    pipeline = await startPipeline({
      env: { LIVEDASH_SECRET: SECRET },
      emulator: { times: { validating: 30, inProgress: 300, finalizing: 30, cancelling: 10 }, faults },
    });
    const { config, provider } = pipeline.ctx;
    accounts = openAccounts(pipeline.ctx, { provider, open: openStored(config, () => {}) });
    const ctx = { ...pipeline.ctx, accounts };
    server = await startWebServer({ ctx, emulated: true }, { host: "127.0.0.1", port: 0 });
    browser = await openBrowser();
    admin = await enterAs("ADMIN");
    support = await enterAs("SUPPORT");
    complaints = complaintsOf(admin);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await accounts?.close();
    await pipeline?.close();
  });
}

export function enterAs(role: "SUPER_ADMIN" | "ADMIN" | "SUPPORT"): Promise<Page> {
  const email = `${role.toLowerCase()}@example.com`;
  const user = { realm: "platform", email, name: `Some ${role}`, role } as const;
  return openAs(browser, { ctx: pipeline.ctx, server }, user);
}

/** Requests that failed for good, as if the model had refused to answer them. */
export async function failSome(company: string, count: number): Promise<string[]> {
  const { requestIds } = await addSessions(pipeline.ctx, count, { company });
  await pipeline.ctx.db.query(
    `UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED', "errorCode" = 'answer_refused',
            "errorMessage" = 'The model refused request ' || "id", "completedAt" = now() WHERE "id" = ANY($1)`,
    [requestIds],
  );
  return requestIds;
}
