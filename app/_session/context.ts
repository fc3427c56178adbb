import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { CallContext } from "../../lib/api/operation.ts";
import type { Actor, CompanyUserActor, KeyRefusal, PlatformUserActor, Realm } from "../../lib/auth/actor.ts";
import { CLIENT_IP_HEADER, PATH_HEADER } from "../../lib/auth/headers.ts";
import { getWebContext } from "../../lib/webContext.ts";
import { setUpAddress, signInAddress } from "./addresses.ts";

/** Who looks at the page, asked once for each request. */
const identify = cache(async (realm: Realm): Promise<Actor | KeyRefusal | undefined> => {
  return getWebContext().auth.identify(realm, await headers());
});

/** The platform user who looks, whatever they still have to do; undefined if nobody has signed in. */
export async function findPlatformUser(): Promise<PlatformUserActor | undefined> {
  const actor = await identify("platform");
  return actor?.kind === "user" ? actor : undefined;
}

/** The company user who looks, whatever they still have to do; undefined if nobody has signed in. */
export async function findCompanyUser(): Promise<CompanyUserActor | undefined> {
  const actor = await identify("company");
  return actor?.kind === "company_user" ? actor : undefined;
}

/** What a page of the platform calls operations with. Whoever may not be here yet is sent where they can change that. */
export async function requirePlatform(): Promise<CallContext<PlatformUserActor>> {
  const actor = await findPlatformUser();
  if (!actor) return toSignIn("platform");
  if (actor.pending) redirect(setUpAddress("platform"));
  return contextFor(actor);
}

/** The same for the pages of a company. */
export async function requireCompany(): Promise<CallContext<CompanyUserActor>> {
  const actor = await findCompanyUser();
  if (!actor) return toSignIn("company");
  if (actor.pending) redirect(setUpAddress("company"));
  return contextFor(actor);
}

/** To the sign-in, which leads back to the page that was asked for. */
export async function toSignIn(realm: Realm): Promise<never> {
  return redirect(signInAddress(realm, (await headers()).get(PATH_HEADER)));
}

async function contextFor<A extends Actor>(actor: A): Promise<CallContext<A>> {
  const { ctx } = getWebContext();
  return { ...ctx, actor, from: (await headers()).get(CLIENT_IP_HEADER), requestId: ctx.newId() };
}
