import { access } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { checkOwners } from "../../scripts/sql/checkOwners.ts";
import { findTrespasses } from "../../scripts/sql/findTrespasses.ts";
import { GIVEN, OWNERS } from "../../scripts/sql/owners.ts";

const BATCHES = `"AIBatchRequest", which lib/batches/ owns.`;
const REQUESTS = `"AIProcessingRequest", which lib/requests/ owns.`;
const ELSEWHERE = "lib/admin/planted.ts";
const PUT_TOGETHER =
  "lib/admin/planted.ts:1 writes to a table whose name is put together. Write it out, or see scripts/sql/owners.ts.";

it("nothing in the project writes to a table that another folder owns", async () => {
  expect(await findTrespasses(new URL("../../", import.meta.url))).toEqual([]);
});

it("every folder and file that the list of owners names is there", async () => {
  const root = new URL("../../", import.meta.url);
  for (const place of [...Object.keys(GIVEN), ...Object.values(OWNERS)]) await access(new URL(place, root));
});

describe("a write outside of the table's owner is found", () => {
  const planted: [how: string, source: string, faults: string[]][] = [
    ["an INSERT", 'q(`INSERT INTO "AIBatchRequest" ("id") VALUES ($1)`)', [`:1 writes to ${BATCHES}`]],
    [
      "an UPDATE, with its line",
      'const a = 1;\nq(`\n  UPDATE "AIBatchRequest"\n     SET "epoch" = 1`)',
      [`:3 writes to ${BATCHES}`],
    ],
    ["a DELETE", `q('DELETE FROM "AIProcessingRequest"')`, [`:1 writes to ${REQUESTS}`]],
    ["a TRUNCATE of several", `q('TRUNCATE "Company", "AIBatchRequest"')`, [`:1 writes to ${BATCHES}`]],
    ["a MERGE", `q('MERGE INTO ONLY "AIBatchRequest" b USING x ON true')`, [`:1 writes to ${BATCHES}`]],
    ["a COPY", `q('COPY "AIProcessingRequest" ("id") FROM STDIN')`, [`:1 writes to ${REQUESTS}`]],
    [
      "an attempt",
      `q('INSERT INTO "AIRequestAttempt" SELECT 1')`,
      [`:1 writes to "AIRequestAttempt", which lib/requests/ owns.`],
    ],
    [
      "one in a CTE",
      'q(`WITH m AS (UPDATE "AIBatchRequest" b SET "epoch" = 1 RETURNING 1) SELECT 1`)',
      [`:1 writes to ${BATCHES}`],
    ],
    ["one in lower case", `q('update "AIBatchRequest" set "epoch" = 1')`, [`:1 writes to ${BATCHES}`]],
    [
      "one with its schema, ONLY, and a comment",
      `q('UPDATE /* all */ ONLY public . "AIBatchRequest" SET x = 1')`,
      [`:1 writes to ${BATCHES}`],
    ],
    ["one with escaped quotes", String.raw`q("UPDATE \"AIBatchRequest\" SET x = 1")`, [`:1 writes to ${BATCHES}`]],
    ["one whose rest is put together", `q(\`UPDATE "AIBatchRequest" \${set}\`)`, [`:1 writes to ${BATCHES}`]],
    [
      "one inside another text",
      `q(\`WITH a AS (\${b ? \`DELETE FROM "AIBatchRequest"\` : ""}) SELECT 1\`)`,
      [`:1 writes to ${BATCHES}`],
    ],
    ["one in a declared statement", 'statement({ sql: `DELETE FROM "AIBatchRequest"` })', [`:1 writes to ${BATCHES}`]],
    ["one that is added up", `q("UPDATE " + '"AIBatch' + 'Request" SET x = 1')`, [`:1 writes to ${BATCHES}`]],
    [
      "one whose name is a constant",
      `const T = "AIBatchRequest" as const;\nq(\`UPDATE "\${T}" SET x = 1\`)`,
      [`:1 gives away the name of ${BATCHES}`, `:2 writes to ${BATCHES}`],
    ],
    [
      "a name that is handed to COPY",
      'copyRows(tx, "AIBatchRequest", columns, rows)',
      [`:1 gives away the name of ${BATCHES}`],
    ],
    [
      "a name in a list",
      `for (const t of ['"AIProcessingRequest"']) write(t)`,
      [`:1 gives away the name of ${REQUESTS}`],
    ],
    ["one through Prisma", "prisma.aIBatchRequest.updateMany({})", [`:1 writes to ${BATCHES}`]],
  ];
  for (const [how, source, faults] of planted) {
    it(how, () => {
      expect(checkOwners(ELSEWHERE, source)).toEqual(faults.map((fault) => ELSEWHERE + fault));
    });
  }

  it("and not in its owner's folder", () => {
    expect(checkOwners("lib/batches/planted.ts", 'q(`UPDATE "AIBatchRequest" SET x = 1`)')).toEqual([]);
    expect(checkOwners("lib/batches/planted.ts", 'q(`DELETE FROM "AIProcessingRequest"`)')).toEqual([
      `lib/batches/planted.ts:1 writes to ${REQUESTS}`,
    ]);
  });
});

describe("a write to a table that cannot be told is refused", () => {
  for (const source of [
    `q(\`UPDATE "\${table}" SET x = 1\`)`,
    `q(\`update "\${table}" t set x = 1\`)`,
    `q(\`DELETE FROM "AI\${kind}Request"\`)`,
    `q(\`INSERT INTO \${quoted(name)} VALUES (1)\`)`,
    'q("INSERT INTO " + table)',
    '["UPDATE ", table].join("")',
    `q(\`COPY \${table} FROM STDIN\`)`,
    "q(`DO $$ BEGIN EXECUTE format('DELETE FROM %I', t); END $$`)",
  ]) {
    it(source, () => expect(checkOwners(ELSEWHERE, source)).toEqual([PUT_TOGETHER]));
  }

  it("also where another function has a constant of that name", () => {
    const source = `const f = () => { const table = "Company"; }; const g = (table) => q(\`UPDATE "\${table}" SET x = 1\`);`;
    expect(checkOwners(ELSEWHERE, source)).toEqual([PUT_TOGETHER]);
  });

  it("unless it is known not to be an owned one", () => {
    expect(
      checkOwners(ELSEWHERE, `q(\`DELETE FROM "\${REALMS[realm].sessions}"\`); q(\`UPDATE "\${users}" SET x = 1\`)`),
    ).toEqual([]);
  });
});

it("what only reads is no write, nor is what is no SQL", () => {
  const source = `
    // UPDATE "AIBatchRequest"
    type Table = "AIBatchRequest";
    q('SELECT 1 FROM "AIBatchRequest" b FOR UPDATE OF b');
    q('SELECT 1 FROM "AIBatchRequest" FOR NO KEY UPDATE');
    q(\`SELECT 1 FROM "AIBatchRequest" \${lock ? "FOR UPDATE" : ""}\`);
    q('INSERT INTO "Company" AS c SELECT 1 FROM "AIBatchRequest" ON CONFLICT ("id") DO UPDATE SET "name" = c."name"');
    q('COPY (SELECT 1 FROM "AIBatchRequest") TO STDOUT');
    q('GRANT INSERT, UPDATE ON "AIBatchRequest" TO x');
    readCounters(sql, "AIBatchRequest");
    say(\`Could not update \${name}.\`);
    say(\`Update "AIBatch" by hand.\`);`;
  expect(checkOwners(ELSEWHERE, source)).toEqual([]);
});
