import type { CompanyUserActor, PlatformUserActor, Realm } from "../../lib/auth/actor.ts";
import { readCompanyMe } from "../../lib/company/me/readCompanyMe.ts";
import { ask } from "../_session/ask.ts";
import { findCompanyUser, findPlatformUser, requireCompany, toSignIn } from "../_session/context.ts";

/** Whose account the page is about. Nobody: to the sign-in. */
export async function requirePerson(realm: Realm): Promise<PlatformUserActor | CompanyUserActor> {
  const actor = realm === "platform" ? await findPlatformUser() : await findCompanyUser();
  return actor ?? (await toSignIn(realm));
}

/** The zone in which the person's other pages tell the time: the company's; undefined for the browser's. */
export async function zoneOf({ kind, pending }: PlatformUserActor | CompanyUserActor): Promise<string | undefined> {
  if (kind !== "company_user" || pending) return undefined;
  const me = await ask(await requireCompany(), readCompanyMe, {});
  return me.ok ? me.answer.company.timeZone : undefined;
}
