import { expect, it, onTestFinished } from "vitest";
import { startProgram } from "../support/cli.ts";
import { createTestDatabase } from "../support/database.ts";
import { always, startOddServer } from "../support/oddServer.ts";

it("the console serves the companies although the provider refuses the key", async () => {
  const database = await createTestDatabase();
  const { url } = await startOddServer(always(401, '{"error":{"message":"Incorrect API key provided"}}'));
  const secret = { LIVEDASH_SECRET: "a secret that only tests know, thirty-two" };
  const env = { DATABASE_URL: database.url, OPENAI_API_KEY: "sk-refused", OPENAI_BASE_URL: url, PORT: "0", ...secret };
  const server = startProgram("server.ts", env);
  onTestFinished(() => void server.child.kill("SIGKILL"));
  await server.says(/server\.listening/);
  const [, address = ""] = /"event":"server\.listening","url":"([^"]+)"/.exec(server.stderr()) ?? [];
  expect((await fetch(new URL("/dashboard", address))).status).toBe(200);
  server.child.kill("SIGTERM");
  expect(await server.finished).toMatchObject({ code: 0 });
  await database.drop();
});
