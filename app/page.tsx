import { redirect } from "next/navigation";
import { HOME, signInAddress } from "./_session/addresses.ts";
import { findCompanyUser, findPlatformUser } from "./_session/context.ts";

/** The way in: to one's own side, or to the sign-in. */
export default async function EntrancePage() {
  if (await findPlatformUser()) redirect(HOME.platform);
  if (await findCompanyUser()) redirect(HOME.company);
  redirect(signInAddress("platform"));
}
