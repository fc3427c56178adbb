import type { TestProject } from "vitest/node";
import { ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { serveBrowser } from "./browser.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the Chromium of the run answers, for files of the project `browser`. */
    browserUrl: string;
  }
}

/** The console, built once, and one Chromium, for all files that look at its pages. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const [browser] = await Promise.all([serveBrowser(), ensureConsoleBuilt()]);
  project.provide("browserUrl", browser.wsEndpoint());
  return () => browser.close();
}
