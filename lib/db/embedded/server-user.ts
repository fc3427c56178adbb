import { lstat } from "node:fs/promises";
import { LiveDashError } from "../../errors.ts";
import { run, type ServerUser } from "./run.ts";

/**
 * For root alone: the unprivileged user that PostgreSQL shall run as, namely the owner of the server's folder if there
 * is one already, else `nobody`, whose ids are looked up. Errors: embedded_postgres_user.
 */
export async function findServerUser(home: string): Promise<ServerUser> {
  const info = await lstat(home).catch(() => undefined);
  if (info?.isDirectory() && info.uid !== 0) return { uid: info.uid, gid: info.gid };
  return { uid: await lookUp("-u"), gid: await lookUp("-g") };
}

async function lookUp(flag: "-u" | "-g"): Promise<number> {
  const outcome = await run("id", [flag, "nobody"]).catch(() => undefined);
  const id = outcome?.code === 0 ? Number.parseInt(outcome.output.trim(), 10) : Number.NaN;
  if (Number.isSafeInteger(id) && id !== 0) return id >>> 0;
  throw new LiveDashError(
    "embedded_postgres_user",
    'PostgreSQL does not run as root, and this system has no user "nobody" to run it as. Run LiveDash as a regular user, or set DATABASE_URL.',
  );
}
