import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCompany } from "../../lib/admin/companies/createCompany.ts";
import { importNow } from "../../lib/admin/companies/importNow.ts";
import { listCompanies } from "../../lib/admin/companies/listCompanies.ts";
import { readCompany } from "../../lib/admin/companies/readCompany.ts";
import { updateCompany } from "../../lib/admin/companies/updateCompany.ts";
import { readJob } from "../../lib/admin/jobs/readJob.ts";
import { encodeCursor } from "../../lib/api/cursor.ts";
import { type CallContext, callOperation, type Operation } from "../../lib/api/operation.ts";
import { openCsvPassword } from "../../lib/import/csvCredentials.ts";
import { isSealed } from "../../lib/secret/sealing.ts";
import { csv, serve, type TestServer } from "../import/support.ts";
import { auditOf } from "../support/audit.ts";
import { callerOf } from "../support/caller.ts";
import { consoleContext } from "../support/consoleContext.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { withCheck } from "../support/held.ts";
import { importNowAndWait, runJobs } from "../support/jobs.ts";
import { pagesOf } from "../support/pages.ts";
import { refusal } from "../support/refusal.ts";
import { silentLog } from "../web/support.ts";

const PASSWORD = "pass:wörd, that nobody sees";
let database: TestDatabase;
let admin: CallContext;
let support: CallContext;
let server: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  const ctx = consoleContext(database.pool, silentLog());
  const config = { ...ctx.config, FETCH_PRIVATE_ADDRESSES: true };
  admin = callerOf({ ...ctx, config }, "ADMIN");
  support = callerOf({ ...ctx, config }, "SUPPORT");
  server = await serve((request, response) => {
    const basic = `Basic ${Buffer.from(`anna:${PASSWORD}`).toString("base64")}`;
    if (request.headers.authorization === basic) response.end(csv({ id: "a" }, "bad row", { id: "b" }));
    else response.writeHead(401).end();
  });
});
afterAll(async () => {
  await server.close();
  await database.drop();
});

type Given = Parameters<typeof callOperation>[2] & object;
let made = 0;
async function create(given: Given = {}) {
  made += 1;
  const { company } = await callOperation(admin, createCompany, { name: `Company ${made}`, ...given });
  return company;
}

const update = (id: string, given: Given) => callOperation(admin, updateCompany, { id, ...given });

async function storedPassword(id: string): Promise<string | null> {
  const { rows } = await database.pool.query(`SELECT "csvPassword" FROM "Company" WHERE "id" = $1`, [id]);
  return rows[0].csvPassword;
}

describe("a company", () => {
  it("can have its own words for who speaks, which are checked and can be taken away", async () => {
    const roleWords = { User: ["Sollicitant", "Bewerber"], Assistant: ["Robbie de Robot"] };
    const { id, ...made } = await create({ roleWords });
    expect(made.roleWords).toEqual(roleWords);
    expect((await callOperation(support, readCompany, { id })).company.roleWords).toEqual(roleWords);
    expect((await update(id, { roleWords })).company.updatedAt).toBe(made.updatedAt);
    const faults: [unknown, string][] = [
      [{ User: ["Robbie"], System: [" robbie"] }, 'says of "robbie" that it is User and System'],
      [{ User: ["a: b"] }, "has a character that no name in a transcript has"],
      [{ Nobody: ["x"] }, "roleWords"],
      [{ User: [""] }, "roleWords.User.0"],
      [{ User: Array.from({ length: 101 }, (_, n) => `w${n}`) }, "roleWords.User"],
    ];
    for (const [wrong, sentence] of faults) {
      await expect(update(id, { roleWords: wrong })).rejects.toEqual(refusal("invalid_input", sentence));
    }
    expect((await update(id, { roleWords: null })).company.roleWords).toBeNull();
    expect((await auditOf(database.pool, "company", id)).at(-1)).toMatchObject({ details: { fields: ["roleWords"] } });
  });

  it("is made with what is given, its password sealed and never answered", async () => {
    const csvUrl = "https://files.example.com/s.csv?token=t0ken";
    const given = { timeZone: "Europe/Berlin", csvUrl, csvUsername: "anna", csvPassword: PASSWORD, model: "gpt-6-sol" };
    const company = await create({ name: " Zorg & Co ", ...given });
    expect(company).toEqual({
      id: expect.any(String),
      name: "Zorg & Co",
      status: "ACTIVE",
      timeZone: "Europe/Berlin",
      csvUrl,
      csvUsername: "anna",
      hasCsvPassword: true,
      roleWords: null,
      requestsPerDay: null,
      requestsPerMonth: null,
      questionTopics: false,
      model: "gpt-6-sol",
      createdAt: expect.any(String),
      updatedAt: company.createdAt,
    });
    expect(isSealed((await storedPassword(company.id)) ?? "")).toBe(true);
    const audit = await auditOf(database.pool, "company", company.id);
    expect(audit).toMatchObject([{ action: "companies.create", outcome: "done", companyId: company.id }]);
    expect(audit[0]?.details).toEqual({
      fields: ["csvPassword", "csvUrl", "csvUsername", "model", "name", "status", "timeZone"],
      csvUrl: { from: null, to: "https://files.example.com/s.csv?token=***" },
    });
    expect(JSON.stringify(audit)).not.toMatch(/wörd|t0ken/);
    await expect(create({ name: "Zorg & Co" })).rejects.toEqual(refusal("conflict", "Zorg & Co"));
  });

  it.each([
    [{ csvUrl: "ftp://example.com/x" }, "csvUrl: is not an http or https address"],
    [{ csvUrl: "https://anna:geheim@example.com/" }, "contains a user name or password"],
    [{ csvUrl: "https://anna@example.com/" }, "contains a user name or password"],
    [{ timeZone: "Amsterdam" }, "timeZone: is not a time zone"],
    [{ name: " " }, "name:"],
    [{ name: "a\nb" }, "name: must not contain control characters"],
    [{ status: "GONE" }, "status:"],
    [{ model: "gpt-unknown" }, 'model: no active model is named "gpt-unknown"'],
    [{ csvUrl: "https://example.com/a\0b" }, "csvUrl: must not contain control characters"],
    [{ csvUsername: "an:na" }, "csvUsername: must not contain a colon"],
    [{ csvPassword: "" }, "csvPassword:"],
    [{ timezone: "UTC" }, "timezone"],
  ])("is not made or changed with %j", async (given, sentence) => {
    await expect(create(given)).rejects.toEqual(refusal("invalid_input", sentence));
    const { id } = await create();
    await expect(update(id, given)).rejects.toEqual(refusal("invalid_input", sentence));
    const { company } = await callOperation(admin, readCompany, { id });
    expect(company).toMatchObject({ status: "ACTIVE", timeZone: "UTC", csvUrl: null, hasCsvPassword: false });
  });

  it("is changed in what is given alone, and the audit names it", async () => {
    const before = await create({ csvUrl: "https://one.example/a", csvUsername: "anna", csvPassword: PASSWORD });
    const { company } = await update(before.id, { status: "SUSPENDED", timeZone: "UTC", model: "gpt-6-luna" });
    expect(company).toEqual({
      ...before,
      status: "SUSPENDED",
      model: "gpt-6-luna",
      updatedAt: expect.any(String),
    });
    expect((await update(before.id, { model: "gpt-6-sol" })).company.model).toBe("gpt-6-sol");
    expect((await update(before.id, { model: null, csvPassword: null, csvUrl: null })).company).toMatchObject({
      model: null,
      csvUrl: null,
      hasCsvPassword: false,
      csvUsername: "anna",
    });
    await update(before.id, { csvPassword: null, status: "SUSPENDED" });
    const audit = await auditOf(database.pool, "company", before.id);
    expect(audit.slice(1).map(({ action, details }) => [action, details])).toEqual([
      ["companies.update", { fields: ["model", "status"], sessionsEnded: 0 }],
      ["companies.update", { fields: ["model"] }],
      [
        "companies.update",
        { fields: ["csvPassword", "csvUrl", "model"], csvUrl: { from: "https://one.example/a", to: null } },
      ],
    ]);
    const other = await create();
    await expect(update(other.id, { name: before.name })).rejects.toEqual(refusal("conflict"));
    await expect(update("nobody", { status: "TRIAL" })).rejects.toEqual(refusal("not_found"));
  });

  it("can be given another password, which is sealed as the first was, and of which the audit says no more than that", async () => {
    const { id } = await create({ csvUrl: "https://one.example/a", csvUsername: "anna", csvPassword: PASSWORD });
    const first = (await storedPassword(id)) ?? "";
    expect((await update(id, { csvPassword: "another-wörd" })).company.hasCsvPassword).toBe(true);
    const second = (await storedPassword(id)) ?? "";
    expect(isSealed(second)).toBe(true);
    expect(second).not.toBe(first);
    expect(openCsvPassword(admin.config, id, second)).toBe("another-wörd");
    const audit = await auditOf(database.pool, "company", id);
    expect(audit.at(-1)).toMatchObject({ action: "companies.update", details: { fields: ["csvPassword"] } });
    expect(JSON.stringify(audit)).not.toContain("another-w");
  });

  it("stays as it was where the database refuses the change, which is no matter of its name", async () => {
    const { id, ...before } = await create({ name: "Refused" });
    await withCheck(database.owner, "Company", `"name" <> 'Refused again'`, async () => {
      const renamed = update(id, { name: "Refused again", status: "SUSPENDED" });
      await expect(renamed).rejects.toMatchObject({ code: "23514", constraint: "refuse" });
    });
    expect((await callOperation(admin, readCompany, { id })).company).toMatchObject(before);
    expect(await auditOf(database.pool, "company", id)).toMatchObject([{ action: "companies.create" }]);
  });

  it("keeps its password at the server that it was given for", async () => {
    const { id } = await create({ csvUrl: "https://one.example/a", csvUsername: "anna", csvPassword: PASSWORD });
    const refused = refusal("invalid_input", "csvPassword: the stored password belongs to another server");
    await expect(update(id, { csvUrl: "https://evil.example/a" })).rejects.toEqual(refused);
    await expect(update(id, { csvUrl: "http://one.example/a" })).rejects.toEqual(refused);
    expect((await update(id, { csvUrl: "https://one.example/b" })).company.csvUrl).toBe("https://one.example/b");
    await update(id, { csvUrl: null });
    await expect(update(id, { csvUrl: "https://evil.example/a" })).rejects.toEqual(refused);
    expect((await update(id, { csvUrl: "https://evil.example/a", csvPassword: null })).company.hasCsvPassword).toBe(
      false,
    );
    expect(await storedPassword(id)).toBeNull();
  });

  it("shows what may be secret to those alone who may change it", async () => {
    const { id, name } = await create({ csvUrl: "https://one.example/a?token=t0ken", csvUsername: "anna" });
    const { company } = await callOperation(support, readCompany, { id });
    expect(company).toMatchObject({ csvUrl: "https://one.example/a", csvUsername: null, hasCsvPassword: false });
    const { companies } = await callOperation(support, listCompanies, { search: name.toUpperCase() });
    expect(companies).toMatchObject([{ id, csvUrl: "https://one.example/a", csvUsername: null }]);
    const writing: readonly Operation[] = [createCompany, updateCompany, importNow];
    for (const operation of writing) {
      await expect(callOperation(support, operation, { id })).rejects.toEqual(refusal("forbidden"));
    }
  });

  it("is shown with its sessions and requests", async () => {
    const { id } = await create();
    await database.rows.requests(10, (n) => ({
      companyId: id,
      processingStatus: n > 2 ? "PROCESSING_COMPLETE" : "PROCESSING_FAILED",
    }));
    await database.rows.sessions(991, { companyId: id });
    const { company } = await callOperation(support, readCompany, { id });
    expect(company.sessions).toEqual({ count: 1_001, isMore: false });
    expect(company.requests).toEqual({
      pending_batching: { count: 0, isMore: false },
      batching_in_progress: { count: 0, isMore: false },
      processing_complete: { count: 8, isMore: false },
      processing_failed: { count: 2, isMore: false },
    });
    const { companies } = await callOperation(support, listCompanies, { search: company.name });
    expect(companies).toMatchObject([{ id, sessions: { count: 1_000, isMore: true }, lastImportAt: null }]);
    await expect(callOperation(support, readCompany, { id: "nobody" })).rejects.toEqual(refusal("not_found"));
  });
});

describe("the list of companies", () => {
  it("goes by name, page by page, and is narrowed by status and a part of the name", async () => {
    const long = "長".repeat(200);
    for (const name of ["Ärzte", long, "page 1", "page 2", "page 3", "100%"]) await create({ name, status: "TRIAL" });
    const names: string[] = [];
    const read = (at: object) => callOperation(support, listCompanies, { status: "TRIAL", limit: 1, ...at });
    for await (const { companies } of pagesOf(read)) names.push(...companies.map(({ name }) => name));
    expect(names.toSorted()).toEqual(["100%", "page 1", "page 2", "page 3", "Ärzte", long]);
    const forged = encodeCursor({ list: "companies" }, ["a\0b"]);
    await expect(callOperation(support, listCompanies, { cursor: forged })).rejects.toEqual(refusal("invalid_cursor"));
    const found = await callOperation(support, listCompanies, { search: "%" });
    expect(found.companies.map(({ name }) => name)).toEqual(["100%"]);
  });
});

describe("importing a company's CSV now", () => {
  it("answers with a job at once, which says what became of the rows, and records who asked for it", async () => {
    const { id } = await create({ csvUrl: server.origin, csvUsername: "anna", csvPassword: PASSWORD });
    const { job, address } = await callOperation(admin, importNow, { id });
    expect(job).toMatchObject({
      kind: "import",
      companyId: id,
      targetId: id,
      state: "queued",
      askedBy: admin.actor.name,
    });
    expect(address).toBe(`/api/admin/jobs/${job.id}`);
    // Who asks for the same meanwhile is given the same.
    expect((await callOperation(admin, importNow, { id })).job.id).toBe(job.id);
    await runJobs(admin);
    const done = (await callOperation(support, readJob, { id: job.id })).job;
    const outcome = { rows: 3, imported: 2, updated: 0, unchanged: 0, bad: 1, importRunId: expect.any(String) };
    expect(done).toMatchObject({ state: "done", done: 3, total: 3, outcome, error: null });
    const entry = { action: "imports.import_now", outcome: "done", companyId: id, actorId: admin.actor.id };
    expect(await auditOf(database.pool, "job", job.id)).toMatchObject([entry, entry]);
    const { companies } = await callOperation(support, listCompanies, { search: "Company" });
    expect(companies.find((company) => company.id === id)?.lastImportAt).toEqual(expect.any(String));
  });

  it("says what is wrong", async () => {
    const { id } = await create();
    await expect(callOperation(admin, importNow, { id })).rejects.toEqual(refusal("conflict", "has no CSV address"));
    await update(id, { csvUrl: `${server.origin}/x` });
    const failed = (sentence: string) => ({ state: "failed", error: expect.stringContaining(sentence) });
    expect(await importNowAndWait(admin, id)).toMatchObject(failed("answered with status 401"));
    await expect(callOperation(admin, importNow, { id: "nobody" })).rejects.toEqual(refusal("not_found"));
    const closed = { ...admin, config: { ...admin.config, FETCH_PRIVATE_ADDRESSES: false } };
    expect(await importNowAndWait(closed, id)).toMatchObject(failed("FETCH_PRIVATE_ADDRESSES"));
  });
});
