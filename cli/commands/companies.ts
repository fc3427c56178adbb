import { z } from "zod";
import { companyFields, roleWords as roleWordsShape } from "../../lib/admin/companies/companyFields.ts";
import { findCompany } from "../../lib/admin/companies/companyRow.ts";
import { changeCompany } from "../../lib/admin/companies/updateCompany.ts";
import { parseInput } from "../../lib/api/operation.ts";
import { ROLES, type Role, type RoleWords } from "../../lib/import/transcripts/roles.ts";
import { readAllowances } from "../../lib/throttle/companyLimit.ts";
import { companyIdOf, withoutGaps } from "../given.ts";
import { print, printJson } from "../printed.ts";
import { withRuntime } from "../withRuntime.ts";

export interface RoleWordsOptions {
  user?: string;
  assistant?: string;
  system?: string;
  json?: boolean;
}

/** Sets the lists of a company's own role words that are given, and prints all of them. */
export async function setRoleWords(companyName: string, options: RoleWordsOptions): Promise<void> {
  const given = parseInput(roleWordsShape, readWords(options));
  await withRuntime({}, async (ctx) => {
    const before = await findCompany(ctx.db, await companyIdOf(ctx, companyName));
    const wanted = parseInput(roleWordsShape, { ...before.roleWords, ...given });
    const isNone = ROLES.every((role) => !wanted[role]?.length);
    const hasChange = Object.keys(given).length > 0;
    const company = hasChange ? await changeCompany(ctx, { id: before.id, roleWords: isNone ? null : wanted }) : before;
    const words = company.roleWords ?? {};
    if (options.json) printJson(words);
    else print(`${describe(words)}\n`);
  });
}

export interface LimitOptions {
  perDay?: string;
  perMonth?: string;
  json?: boolean;
}

const limitsShape = z.strictObject({
  requestsPerDay: companyFields.requestsPerDay.optional(),
  requestsPerMonth: companyFields.requestsPerMonth.optional(),
});

/** Sets the limits of a company that are given, and prints both with what is used of them. */
export async function setLimit(companyName: string, { perDay, perMonth, json }: LimitOptions): Promise<void> {
  const given = parseInput(
    limitsShape,
    withoutGaps({ requestsPerDay: readLimit(perDay), requestsPerMonth: readLimit(perMonth) }),
  );
  await withRuntime({}, async (ctx) => {
    const id = await companyIdOf(ctx, companyName);
    if (Object.keys(given).length > 0) await changeCompany(ctx, { id, ...given });
    const { requestsPerDay, requestsPerMonth } = await findCompany(ctx.db, id);
    const allowance = (await readAllowances(ctx, ctx.db, [id])).get(id);
    const { usedToday = 0, usedThisMonth = 0, until = null } = allowance ?? {};
    if (json) return printJson({ requestsPerDay, requestsPerMonth, usedToday, usedThisMonth, until });
    print(`Requests a day (UTC): ${describeLimit(requestsPerDay, usedToday)}\n`);
    print(`Requests a month (UTC): ${describeLimit(requestsPerMonth, usedThisMonth)}\n`);
    if (until) print(`Its other requests are waiting until ${until.toISOString()}.\n`);
  });
}

/** Switches the labels of a company's questions on or off where that is given, and prints whether it has them. */
export async function setQuestionTopics(
  companyName: string,
  onOrOff: "on" | "off" | undefined,
  { json }: { json?: boolean },
): Promise<void> {
  await withRuntime({}, async (ctx) => {
    const before = await findCompany(ctx.db, await companyIdOf(ctx, companyName));
    const given = { id: before.id, questionTopics: onOrOff === "on" };
    const company = onOrOff === undefined ? before : await changeCompany(ctx, given);
    if (json) return printJson({ questionTopics: company.questionTopics });
    print(`The questions of ${company.name} are ${company.questionTopics ? "labelled" : "not labelled"} by topic.\n`);
    if (company.questionTopics && !ctx.config.QUESTION_TOPICS) {
      print("But QUESTION_TOPICS is false here: nothing is labelled until that is changed.\n");
    }
  });
}

/** What is no number is left for the check to refuse. */
function readLimit(text: string | undefined): number | string | null | undefined {
  if (text === undefined) return undefined;
  if (text.trim().toLowerCase() === "none") return null;
  return /^\s*\d+\s*$/.test(text) ? Number(text) : text;
}

function describeLimit(limit: number | null, used: number): string {
  return limit === null ? "no limit" : `${limit}, of which ${used} are used`;
}

/** The lists that are given, with commas between their words; an empty one takes a company's words away. */
function readWords(options: RoleWordsOptions): RoleWords {
  const lists: Partial<Record<Role, string | undefined>> = {
    User: options.user,
    Assistant: options.assistant,
    System: options.system,
  };
  const split = (text: string) => text.split(",").map((word) => word.trim());
  return Object.fromEntries(
    Object.entries(lists).flatMap(([role, text]) =>
      text === undefined ? [] : [[role, split(text).filter((word) => word !== "")]],
    ),
  );
}

function describe(words: RoleWords): string {
  const lines = ROLES.flatMap((role) => (words[role]?.length ? [`${role}: ${words[role].join(", ")}`] : []));
  return lines.join("\n") || "It has no words of its own. The usual ones apply.";
}
