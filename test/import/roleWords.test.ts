import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { importCsv } from "../../lib/import/importCsv.ts";
import type { RoleWords } from "../../lib/import/transcripts/roles.ts";
import { type Bench, countsOf, csv, openBench, serve, stateOf, type TestServer } from "./support.ts";

let bench: Bench;
let server: TestServer;
let asked: string[] = [];
const TALK = "Sollicitant: Mag ik iets vragen?\nRobbie de Robot: Ja";
beforeAll(async () => {
  bench = await openBench({ FETCH_PRIVATE_ADDRESSES: "true" });
  server = await serve((request, response) => {
    asked.push(request.url ?? "");
    response.end(request.url === "/csv" ? csv({ id: "s", url: "/talk" }, { id: "t" }) : TALK);
  });
});
afterAll(async () => {
  await server.close();
  await bench.close();
});

const setWords = (companyId: string, words: RoleWords | null) =>
  bench.pool.query(`UPDATE "Company" SET "roleWords" = $2 WHERE "id" = $1`, [companyId, words]);

const WORDS = { User: ["sollicitant"], Assistant: ["ROBBIE DE ROBOT"] };
const READ = [{ role: "User" }, { role: "Assistant", text: "Ja" }];
const UNREAD = [{ role: "User", text: TALK }];

it("a company's own role words are used by its feed, and read anew what came before them without another fetch", async () => {
  const companyId = await bench.newCompany();
  const feed = () => importCsv(bench.ctx, { companyId, source: { kind: "url", url: `${server.origin}/csv` } });
  const first = await feed();
  expect(first.transcripts).toMatchObject({ used: 1, withoutSpeakers: 1 });
  expect(first.warnings).toMatchObject([{ code: "transcript_without_speakers", examples: ["line 1"] }]);
  expect(await stateOf(bench.pool, companyId)).toMatchObject([{ messages: UNREAD }, {}]);

  await setWords(companyId, WORDS);
  asked = [];
  expect(countsOf(await feed())).toEqual([2, 0, 1, 1, 0]);
  expect(asked).toEqual(["/csv"]);
  expect(await stateOf(bench.pool, companyId)).toMatchObject([{ messages: READ, requests: [{}] }, {}]);
  // Other capitals, blanks or an order of their own mean the same words.
  await setWords(companyId, { User: ["Sollicitant "], Assistant: ["Robbie-de robot"] });
  expect(countsOf(await feed())).toEqual([2, 0, 0, 2, 0]);
  await setWords(companyId, null);
  expect(countsOf(await feed())).toEqual([2, 0, 1, 1, 0]);
  expect(await stateOf(bench.pool, companyId)).toMatchObject([{ messages: UNREAD }, {}]);
});

it("they are used with a folder of transcripts, and by no other company", async () => {
  const [one, other] = [await bench.newCompany(), await bench.newCompany()];
  await setWords(one, WORDS);
  const transcriptsDir = path.join(bench.folder, "talks");
  await mkdir(transcriptsDir);
  await writeFile(path.join(transcriptsDir, "s.txt"), TALK);
  const file = await bench.writeFile("s.csv", csv({ id: "s" }));
  const read = (companyId: string) =>
    importCsv(bench.ctx, { companyId, source: { kind: "file", path: file }, transcriptsDir });
  expect((await read(one)).transcripts).toMatchObject({ used: 1, withoutSpeakers: 0 });
  expect((await read(other)).transcripts).toMatchObject({ used: 1, withoutSpeakers: 1 });
  expect(await stateOf(bench.pool, one)).toMatchObject([{ messages: READ }]);
  expect(await stateOf(bench.pool, other)).toMatchObject([{ messages: UNREAD }]);
  expect(countsOf(await read(one))).toEqual([1, 0, 0, 1, 0]);
});
