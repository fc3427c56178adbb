import type { CompanyUserActor, PlatformUserActor, Realm } from "../../lib/auth/actor.ts";
import { findCompanyUser, findPlatformUser, toSignIn } from "../_session/context.ts";

/** Whose account the page is about. Nobody: to the sign-in. */
export async function requirePerson(realm: Realm): Promise<PlatformUserActor | CompanyUserActor> {
  const actor = realm === "platform" ? await findPlatformUser() : await findCompanyUser();
  return actor ?? (await toSignIn(realm));
}
