import { expect, test } from "vitest";
import { LineTable } from "../../emulator/ledger/lineTable.ts";
import { create, inputLine, inputLines, manual, runBatch, startBench, untilOver, upload } from "./support.ts";

test("the ledger tells what was bought twice, and what was bought again though it was usable", async () => {
  const { client, control } = await startBench({ faults: ["line_refusal:once:custom_id=r1"] });
  const batch = await runBatch(client, inputLines(3));
  await runBatch(client, [inputLine("r1"), inputLine("r2"), inputLine("r4")]);
  const ledger = await control("GET", "ledger?custom_id=r2");
  expect(ledger).toMatchObject({
    uploads: { count: 2 },
    files: { live: 4, deleted: 0 },
    batches: { created: 2, live: 0, byStatus: { completed: 2 } },
    linesExecuted: 6,
    differentLines: 4,
    linesExecutedTwice: 2,
    linesBoughtAgain: 1,
    boughtAgain: ["r2"],
    line: { custom_id: "r2", runs: 2, usable: 2 },
    faultsFired: { line_refusal: 1 },
  });
  expect(ledger).toMatchObject({
    executedTwice: expect.arrayContaining([
      { custom_id: "r1", times: 2 },
      { custom_id: "r2", times: 2 },
    ]),
    tokensBilled: { batchByModel: { "gpt-6-luna": { inputTokens: (batch.usage?.input_tokens ?? 0) * 2 } } },
    calls: { "POST /v1/files": 2, "POST /v1/batches": 2 },
  });
});

test("provider batches are grouped by intent, with the most that lived at once", async () => {
  const { client, control, advance } = await startBench(manual);
  const fileId = await upload(client, inputLines(1));
  await create(client, fileId, { batch_id: "one" });
  await create(client, fileId, { batch_id: "again" });
  await advance(20_000);
  await create(client, fileId, { batch_id: "again" });
  await create(client, fileId, { batch_id: "double" });
  await advance(1_000);
  await create(client, fileId, { batch_id: "double" });
  const { intents } = await control("GET", "ledger");
  expect(intents).toMatchObject({ total: 3, withSeveralBatches: 2, withSeveralLive: 1, everWithSeveralLive: 1 });
  expect(intents.list.map(({ intent, live, mostLive }) => [intent, live, mostLive])).toEqual([
    ["again", 1, 1],
    ["double", 2, 2],
  ]);
  await advance(20_000);
  expect((await control("GET", "ledger")).intents).toMatchObject({ withSeveralLive: 0, everWithSeveralLive: 1 });
  expect((await control("GET", "ledger?intent=one")).intents.list).toMatchObject([{ intent: "one", mostLive: 1 }]);
});

test("a reset leaves nothing, in the middle of a batch too", async () => {
  const { client, control } = await startBench({
    times: { validating: 0, inProgress: "1h" },
    faults: ["line_error:0"],
  });
  const batch = await create(client, await upload(client, inputLines(50)));
  while ((await client.batches.retrieve(batch.id)).status === "validating");
  await control("POST", "faults", "expired");
  expect(await control("POST", "reset")).toEqual({ ok: true });
  expect([(await client.batches.list()).data, (await client.files.list()).data]).toEqual([[], []]);
  expect(await control("GET", "ledger")).toMatchObject({
    linesExecuted: 0,
    uploads: { count: 0 },
    batches: { created: 0 },
  });
  expect((await control("GET", "faults")).rules).toMatchObject([{ kind: "line_error" }]);
  const after = await create(client, await upload(client, ["{"]));
  expect((await untilOver(client, after.id)).status).toBe("failed");
});

test("a line table counts what a map counts", () => {
  const table = new LineTable();
  const map = new Map<string, number>();
  for (let i = 0; i < 60_000; i++) {
    const id = `request-${(i * 7_919) % 25_013}`;
    expect(table.add(id, i % 2 === 0).runs).toBe(map.get(id) ?? 0);
    map.set(id, (map.get(id) ?? 0) + 1);
  }
  expect(table.size).toBe(map.size);
  expect(table.get("never")).toEqual({ runs: 0, usable: 0 });
});
