import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage, request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addKey, addUser, signIn } from "../support/people.ts";
import { addRequests } from "../support/requests.ts";
import { insertBatch, insertSessions } from "../web/support.ts";
import { startTestConsole, type TestConsole } from "./support.ts";

const ADMIN = "/api/admin";
const STREAMS = [
  `${ADMIN}/pipeline/events`,
  `${ADMIN}/batches/b1/events`,
  `${ADMIN}/legacy/requests/r1/events`,
  `${ADMIN}/bulk/bulk1/events`,
  `${ADMIN}/legacy/imports/import1/events`,
];
/** Far more than the network holds back, so it is not over before somebody reads it. */
const EXPORT = `${ADMIN}/export?format=csv&list=requests&status=processing_failed`;
const IMPORTS = `${ADMIN}/legacy/imports?companyId=c1`;

let console_: TestConsole;
beforeAll(async () => {
  console_ = await startTestConsole({ env: { TWO_FACTOR_REQUIRED: "false" } });
  await insertSessions(console_, 2);
  await insertBatch(console_, "b1", "IN_PROGRESS", 10);
  await console_.database.rows.bulkRequeue({ id: "bulk1" });
  await console_.database.rows.importRun({ id: "import1", companyId: "c1", finishedAt: new Date() });
  await addRequests(console_.database.pool, 20_000, {
    prefix: "big",
    companyId: "c1",
    errorMessage: "x".repeat(2_000),
  });
});
afterAll(() => console_.close());
beforeEach(() => console_.sql(`TRUNCATE "CallCount"`));

type Headers = Record<string, string>;

async function open(path: string, headers: Headers): Promise<IncomingMessage> {
  const [response] = await once(get(console_.server.url + path, { headers, agent: false }), "response");
  return response;
}

/** Reads it to its end: whether it came to one, or was broken off. */
async function outcomeOf(response: IncomingMessage): Promise<"ended" | "broken off"> {
  try {
    for await (const _ of response);
    return "ended";
  } catch {
    return "broken off";
  }
}

/** Begins an upload that never ends by itself: the answer's status, or nothing if it was cut off. */
function upload(headers: Headers): { sent: ClientRequest; outcome: Promise<number | undefined> } {
  const sent = request(`${console_.server.url}${IMPORTS}`, {
    method: "POST",
    headers: { ...headers, "Content-Type": "text/csv", Origin: console_.server.url },
    agent: false,
  });
  // So much that the first piece of it is stored.
  sent.write("s1,03.11.2026 09:00:00,03.11.2026 09:05:00,192.0.2.1,NL,nl,2,,,,,1.5,100,0.01,,Hoi\n".repeat(13_000));
  const outcome = once(sent, "response").then(
    ([response]) => {
      response.resume();
      return response.statusCode as number;
    },
    () => undefined,
  );
  return { sent, outcome };
}

/** How many uploads have something stored that is not imported. */
async function stored(): Promise<number | undefined> {
  const sql = `SELECT count(DISTINCT "fileId")::int AS "count" FROM "FilePart"`;
  return (await console_.database.pool.query<{ count: number }>(sql)).rows[0]?.count;
}

async function operator(email: string, role: "ADMIN" | "SUPPORT" = "ADMIN") {
  const id = await addUser(console_.ctx, { realm: "platform", email, name: "Op", role });
  return { id, headers: { ...(await signIn(console_.server.url, "platform", email)) } };
}

/** Who has come in somehow, and how they are shut out. */
const SHUT_OUT: Record<string, () => Promise<{ headers: Headers; shutOut: () => Promise<void> }>> = {
  "a key that is revoked": async () => {
    const { id, headers } = await addKey(console_.ctx, "ADMIN");
    return { headers, shutOut: () => console_.sql(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [id]) };
  },
  "a key that expires": async () => {
    const { id, headers } = await addKey(console_.ctx, "ADMIN");
    return { headers, shutOut: () => console_.sql(`UPDATE "ApiKey" SET "expiresAt" = now() WHERE "id" = $1`, [id]) };
  },
  "a key whose scopes shrink": async () => {
    const { id, headers } = await addKey(console_.ctx, "ADMIN");
    const sql = `UPDATE "ApiKey" SET "scopes" = '{audit.read}' WHERE "id" = $1`;
    return { headers, shutOut: () => console_.sql(sql, [id]) };
  },
  "somebody who is disabled": async () => {
    const { id, headers } = await operator("disabled@example.com");
    return {
      headers,
      shutOut: () => console_.sql(`UPDATE "PlatformUser" SET "disabledAt" = now() WHERE "id" = $1`, [id]),
    };
  },
  "a session that is ended": async () => {
    const { id, headers } = await operator("ended@example.com");
    return { headers, shutOut: () => console_.sql(`DELETE FROM "PlatformSession" WHERE "userId" = $1`, [id]) };
  },
  "a session that expires": async () => {
    const { id, headers } = await operator("expired@example.com");
    const sql = `UPDATE "PlatformSession" SET "expiresAt" = now() WHERE "userId" = $1`;
    return { headers, shutOut: () => console_.sql(sql, [id]) };
  },
};

describe("what lasts ends with the right to it", () => {
  it.each(Object.entries(SHUT_OUT))("of %s", async (_, begin) => {
    const { headers, shutOut } = await begin();
    const streams = await Promise.all(STREAMS.map((path) => open(path, headers)));
    const file = await open(EXPORT, headers);
    const sending = upload(headers);
    await expect.poll(stored).toBe(1);
    expect([...streams, file].map(({ statusCode }) => statusCode)).toEqual([...STREAMS.map(() => 200), 200]);
    const ends = streams.map(outcomeOf);
    const [first] = await once(file, "readable").then(() => [file.read(10)]);
    expect(String(first)).toBeTruthy();

    await shutOut();
    expect(await Promise.all(ends)).toEqual(STREAMS.map(() => "ended"));
    expect([401, undefined]).toContain(await sending.outcome);
    sending.sent.destroy();
    // Nothing of it stays.
    await expect.poll(stored).toBe(0);
    // It was waiting for its reader until now.
    expect(await outcomeOf(file)).toBe("broken off");
  });

  it("and nobody else's", async () => {
    const { headers } = await addKey(console_.ctx, "ADMIN");
    const stream = await open(STREAMS[0] ?? "", headers);
    let seen = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      seen += chunk;
    });
    const gone = await addKey(console_.ctx, "ADMIN");
    const goes = await open(STREAMS[0] ?? "", gone.headers);
    await console_.sql(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [gone.id]);
    expect(await outcomeOf(goes)).toBe("ended");
    const pending = /"counts":\{"pending_batching":1,/;
    expect(seen).not.toMatch(pending);
    await console_.sql(`UPDATE "AIProcessingRequest" SET "processingStatus" = 'PROCESSING_FAILED' WHERE "id" = 'r1'`);
    await expect.poll(() => seen).toMatch(pending);
    stream.destroy();
  });
});

describe("of what lasts, each has so much at once", () => {
  it("uploads: two, and a third when one has ended", async () => {
    const { headers } = await addKey(console_.ctx, "ADMIN");
    const first = [upload(headers), upload(headers)];
    await expect.poll(stored).toBe(2);
    expect(await upload(headers).outcome).toBe(429);
    const other = upload((await addKey(console_.ctx, "ADMIN")).headers);
    await expect.poll(stored).toBe(3);
    for (const { sent, outcome } of [...first, other]) {
      sent.end();
      expect(await outcome).toBe(202);
    }
    const next = upload(headers);
    next.sent.end();
    expect(await next.outcome).toBe(202);
  });

  it("downloads: four", async () => {
    const { headers } = await addKey(console_.ctx, "ADMIN");
    const files = await Promise.all([1, 2, 3, 4].map(() => open(EXPORT, headers)));
    expect(files.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    expect((await open(EXPORT, headers)).statusCode).toBe(429);
    files[0]?.destroy();
    await expect
      .poll(async () => {
        const next = await open(EXPORT, headers);
        next.destroy();
        return next.statusCode;
      })
      .toBe(200);
    for (const file of files) file.destroy();
  });
});
