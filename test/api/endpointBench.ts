import { expect } from "vitest";
import type { CompanyRole, PlatformRole } from "../../lib/db/enums.ts";
import { addKey, addUser, signIn } from "../support/people.ts";
import { type Change, type Endpoint, exampleCall } from "./endpoints.ts";
import { COMPANY, insertExamples } from "./examples.ts";
import { startTestConsole, type TestConsole } from "./support.ts";

export type CallHeaders = Record<string, string>;

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: its shape is asserted against the description
  body: any;
}

/** A console with a row for every example, and somebody of every role. */
export interface EndpointBench {
  console_: TestConsole;
  keys: Record<PlatformRole, CallHeaders>;
  /** The session of a SUPER_ADMIN. */
  staff: CallHeaders;
  readers: Record<CompanyRole, CallHeaders>;
  /** Makes the call of the endpoint's examples, changed. What is refused must be so in the usual form, without a word of the code. */
  ask(endpoint: Endpoint, headers: CallHeaders, change?: Change): Promise<Answer>;
  /** Somebody who may call it. */
  entitled(endpoint: Endpoint): CallHeaders;
  /** Calls are counted, and so many in a minute would be refused. */
  forgetCalls(): Promise<void>;
}

export async function openEndpointBench(): Promise<EndpointBench> {
  const console_ = await startTestConsole();
  const { ctx, server } = console_;
  await insertExamples(console_);
  const keyOf = async (role: PlatformRole) => (await addKey(ctx, role)).headers;
  const keys = {
    SUPER_ADMIN: await keyOf("SUPER_ADMIN"),
    ADMIN: await keyOf("ADMIN"),
    SUPPORT: await keyOf("SUPPORT"),
  };
  await addUser(ctx, { realm: "platform", email: "boss@example.com", name: "Boss", role: "SUPER_ADMIN" });
  const staff = await signIn(server.url, "platform", "boss@example.com");
  const readerOf = async (role: CompanyRole) => {
    const email = `${role.toLowerCase()}@example.com`;
    await addUser(ctx, { realm: "company", email, name: role, role, companyId: COMPANY });
    return signIn(server.url, "company", email);
  };
  const readers = { ADMIN: await readerOf("ADMIN"), USER: await readerOf("USER"), AUDITOR: await readerOf("AUDITOR") };
  // Users and keys are changed only by who has just confirmed that it is them: for as long as these tests may take.
  for (const table of ["PlatformSession", "UserSession"])
    await console_.sql(`UPDATE "${table}" SET "confirmedAt" = now() + interval '1 day'`);
  return {
    console_,
    keys,
    staff,
    readers,
    ask: (endpoint, headers, change) => ask(server.url, endpoint, headers, change),
    entitled: ({ realm }) => (realm === "platform" ? keys.SUPER_ADMIN : readers.ADMIN),
    forgetCalls: () => console_.sql(`TRUNCATE "CallCount"`),
  };
}

async function ask(url: string, endpoint: Endpoint, headers: CallHeaders, change: Change = {}): Promise<Answer> {
  const { path, init } = exampleCall(endpoint, change);
  const leave = new AbortController();
  const reply = await fetch(url + path, {
    ...init,
    headers: { ...init.headers, ...headers },
    signal: leave.signal,
  });
  if (reply.status === 200 && !endpoint.answer) {
    // A download may go on for ever.
    leave.abort();
    return { status: 200, body: undefined };
  }
  const text = await reply.text();
  expect(reply.headers.get("content-type"), text.slice(0, 200)).toContain("application/json");
  const body = JSON.parse(text);
  if (reply.status >= 300) {
    expect(body).toEqual({
      ok: false,
      error: { code: expect.stringMatching(/^[a-z_]+$/), message: expect.any(String), requestId: expect.any(String) },
    });
    expect(text).not.toMatch(/\.ts:|\.m?js:|node_modules|\bSELECT\b|\bINSERT\b|syntax error|violates|at Object/);
  }
  return { status: reply.status, body };
}
