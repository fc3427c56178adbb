import { cookies } from "next/headers";
import { isTimeZone } from "../../lib/import/timeZone.ts";
import { ZONE_COOKIE } from "./zoneCookie.ts";

/** The zone in which an operator tells the time, as their browser has said it; UTC before that. */
export async function readZone(): Promise<string> {
  const said = (await cookies()).get(ZONE_COOKIE)?.value;
  return said !== undefined && isTimeZone(said) ? said : "UTC";
}
