import { z } from "zod";
import { RefusedError } from "../../api/errors.ts";
import { audit, defineOperation } from "../../api/operation.ts";
import { CompanyStatus } from "../../db/enums.ts";
import { inTransaction } from "../../db/pool.ts";
import { bool, int, json, nullable, oneOf, statement, text, timestamp } from "../../db/statement.ts";
import { sealCsvPassword } from "../../import/csvCredentials.ts";
import { addressForAudit } from "../../import/http/addressForPeople.ts";
import { companyFields } from "./companyFields.ts";
import { companyRow, findCompany, showCompany } from "./companyRow.ts";
import { setDefaultModel } from "./setDefaultModel.ts";

export const createCompany = defineOperation({
  name: "createCompany",
  summary: "Creates a company.",
  method: "POST",
  path: "/api/admin/companies",
  permission: "companies.write",
  input: z.strictObject({
    ...companyFields,
    status: companyFields.status.default("ACTIVE"),
    timeZone: companyFields.timeZone.default("UTC"),
    csvUrl: companyFields.csvUrl.default(null),
    csvUsername: companyFields.csvUsername.default(null),
    csvPassword: companyFields.csvPassword.default(null),
    roleWords: companyFields.roleWords.default(null),
    requestsPerDay: companyFields.requestsPerDay.default(null),
    requestsPerMonth: companyFields.requestsPerMonth.default(null),
    questionTopics: companyFields.questionTopics.default(false),
    model: companyFields.model.default(null),
  }),
  example: { name: "Acme", timeZone: "Europe/Amsterdam", csvUrl: "https://files.example.com/sessions.csv" },
  output: z.object({ company: companyRow }),
  run: (ctx, { model, csvPassword, ...given }) =>
    inTransaction(ctx.db, async (tx) => {
      const id = ctx.newId();
      const password = csvPassword && sealCsvPassword(ctx.config, id, csvPassword);
      const inserted = await INSERT.run(tx, {
        ...given,
        id,
        csvPassword: password,
        roleWords: given.roleWords && JSON.stringify(given.roleWords),
        now: ctx.clock.now(),
      });
      if (!inserted) throw new RefusedError("conflict", `A company named "${given.name}" already exists.`);
      if (model !== null) await setDefaultModel(tx, id, model);
      const values = Object.entries({ ...given, model, csvPassword });
      const fields = values.flatMap(([name, value]) => (value === null || value === false ? [] : [name])).sort();
      const target = { type: "company", id };
      const { csvUrl } = given;
      const details = { fields, ...(csvUrl === null ? {} : { csvUrl: { from: null, to: addressForAudit(csvUrl) } }) };
      await audit(ctx, tx, { action: "companies.create", outcome: "done", target, companyId: id, details });
      return { company: showCompany(ctx, await findCompany(tx, id)) };
    }),
});

const INSERT = statement({
  sql: `INSERT INTO "Company" ("id", "name", "status", "timeZone", "csvUrl", "csvUsername", "csvPassword", "roleWords",
          "requestsPerDay", "requestsPerMonth", "questionTopics", "createdAt", "updatedAt")
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12) ON CONFLICT ("name") DO NOTHING`,
  params: {
    id: text,
    name: text,
    status: oneOf("CompanyStatus", CompanyStatus),
    timeZone: text,
    csvUrl: nullable(text),
    csvUsername: nullable(text),
    csvPassword: nullable(text),
    roleWords: nullable(json<object>()),
    requestsPerDay: nullable(int),
    requestsPerMonth: nullable(int),
    questionTopics: bool,
    now: timestamp,
  },
});
