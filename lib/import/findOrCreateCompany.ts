import type { Context } from "../context.ts";
import { LiveDashError } from "../errors.ts";
import { assertTimeZone } from "./timeZone.ts";

export interface FoundCompany {
  id: string;
  name: string;
  /** IANA name. */
  timeZone: string;
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
  const { rows } = await ctx.db.query<Omit<FoundCompany, "created">>(
    `INSERT INTO "Company" AS c ("id", "name", "timeZone", "createdAt", "updatedAt")
     VALUES ($1, $2, COALESCE($3, 'UTC'), $4, $4)
     ON CONFLICT ("name") DO UPDATE SET "name" = c."name" RETURNING "id", "name", "timeZone"`,
    [id, name, input.timeZone ?? null, ctx.clock.now()],
  );
  const [company] = rows;
  if (!company) throw new LiveDashError("company_not_written", `The company could not be saved to the database.`);
  const created = company.id === id;
  if (created) ctx.log.info({ event: "company.created", companyId: id }, "company created");
  return { ...company, created };
}

/** @throws LiveDashError `invalid_company_name` */
export function companyName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= LONGEST_NAME && !/\p{Cc}/u.test(name)) return name;
  const sentence = `A company name must be 1 to ${LONGEST_NAME} characters on one line.`;
  throw new LiveDashError("invalid_company_name", sentence);
}

/** Takes back a company that was made for an import of which nothing came. */
export async function removeIfEmpty(ctx: Context, companyId: string): Promise<void> {
  await ctx.db.query(
    `DELETE FROM "Company" c WHERE c."id" = $1
        AND NOT EXISTS (SELECT 1 FROM "SessionImport" WHERE "companyId" = c."id")
        AND NOT EXISTS (SELECT 1 FROM "User" WHERE "companyId" = c."id")`,
    [companyId],
  );
}
