import type { Context } from "../context.ts";
import { nullable, type RowOf, statement, text, timestamp } from "../db/statement.ts";
import { LiveDashError } from "../errors.ts";
import { assertTimeZone } from "./timeZone.ts";

export interface FoundCompany extends RowOf<typeof FIND_OR_CREATE> {
  created: boolean;
}

const LONGEST_NAME = 200;

/**
 * The company of that name, made if there is none; a time zone that is given is that of a new one, and changes no other.
 * @throws LiveDashError `invalid_company_name`, `invalid_time_zone`
 */
export async function findOrCreateCompany(
  ctx: Context,
  input: { name: string; timeZone?: string | undefined },
): Promise<FoundCompany> {
  const name = companyName(input.name);
  if (input.timeZone !== undefined) assertTimeZone(input.timeZone);

  const id = ctx.newId();
  const values = { id, name, timeZone: input.timeZone ?? null, now: ctx.clock.now() };
  const company = await FIND_OR_CREATE.first(ctx.db, values);
  if (!company) throw new LiveDashError("company_not_written", `The company could not be saved to the database.`);
  const created = company.id === id;
  if (created) ctx.log.info({ event: "company.created", companyId: id }, "company created");
  return { ...company, created };
}

const FIND_OR_CREATE = statement({
  sql: `INSERT INTO "Company" AS c ("id", "name", "timeZone", "createdAt", "updatedAt")
        VALUES ($1, $2, COALESCE($3, 'UTC'), $4, $4)
        ON CONFLICT ("name") DO UPDATE SET "name" = c."name" RETURNING "id", "name", "timeZone"`,
  params: { id: text, name: text, timeZone: nullable(text), now: timestamp },
  row: { id: text, name: text, /** IANA name. */ timeZone: text },
});

/** @throws LiveDashError `invalid_company_name` */
export function companyName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name)) return name;
  const sentence = `A company name must be 1 to ${LONGEST_NAME} characters on one line.`;
  throw new LiveDashError("invalid_company_name", sentence);
}

/** Takes back a company that was made for an import of which nothing came. */
export async function removeIfEmpty(ctx: Context, companyId: string): Promise<void> {
  await REMOVE_IF_EMPTY.run(ctx.db, { companyId });
}

const REMOVE_IF_EMPTY = statement({
  sql: `DELETE FROM "Company" c WHERE c."id" = $1
           AND NOT EXISTS (SELECT 1 FROM "SessionImport" WHERE "companyId" = c."id")
           AND NOT EXISTS (SELECT 1 FROM "User" WHERE "companyId" = c."id")`,
  params: { companyId: text },
});
