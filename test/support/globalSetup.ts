import type { TestProject } from "vitest/node";
import type { Pristine } from "./recycling.ts";
import { openTestServer, type TestLogins } from "./testServer.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The address of the server's maintenance database. */
    serverUrl: string;
    /** The migrated database there, which test files copy for themselves. */
    template: string;
    pristine: Pristine;
    logins: TestLogins;
    /** The release of PostgreSQL that was asked for, such as "15"; "" when it is the one that LiveDash brings. */
    release: string;
  }
}

/**
 * One PostgreSQL for the whole run: of the release that TEST_POSTGRES names, or the one that LiveDash brings. Projects
 * named `postgres-15` and the like have one of that release.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const release = /^postgres-(\d+)$/.exec(project.name)?.[1] ?? process.env.TEST_POSTGRES ?? "";
  const server = await openTestServer(release);
  project.provide("serverUrl", server.url);
  project.provide("template", server.template);
  project.provide("pristine", server.pristine);
  project.provide("logins", server.logins);
  project.provide("release", release);
  return server.stop;
}
