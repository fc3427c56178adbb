import { counted } from "../../app/_words/numbers.ts";
import { type Rotation, rotateSecret as rotate } from "../../lib/admin/secret/rotateSecret.ts";
import { RefusedError } from "../../lib/api/errors.ts";
import type { Context } from "../../lib/context.ts";
import { forgetPreviousSecret, replaceSecret } from "../../lib/secret/secret.ts";
import { atCommandLine } from "../commandActor.ts";
import { dataDirOf, loadConfig, openRuntime } from "../runtime.ts";
import { stopSignal } from "../stopSignal.ts";

const SHOWN = 20;

/** Replaces LIVEDASH_SECRET: what is sealed with the old one is sealed anew. Exit code 1 if some of it cannot be opened. */
export async function rotateSecret(options: { lost?: boolean }): Promise<void> {
  // One connection, so that any other is another process.
  const runtime = await openRuntime({ defaults: { LOG_LEVEL: "warn" }, connections: 1, stopping: stopSignal() });
  try {
    const { config } = runtime.ctx;
    const isGenerated = runtime.embedded && !loadConfig().LIVEDASH_SECRET;
    const dataDir = dataDirOf(config);
    if (isGenerated) await assertAlone(runtime.ctx);
    const secrets = isGenerated ? await replaceSecret(dataDir) : {};
    const ctx = { ...runtime.ctx, config: { ...config, ...secrets } };
    const rotation = await rotate(atCommandLine(ctx), { lost: options.lost ?? false });
    ctx.stopping.throwIfAborted();
    process.stdout.write(`${linesOf(rotation).join("\n")}\n`);
    if (Object.values(rotation).some(({ broken }) => broken.length > 0)) process.exitCode = 1;
    else if (isGenerated) await forgetPreviousSecret(dataDir);
    else process.stdout.write("You can now remove LIVEDASH_SECRET_PREVIOUS and restart LiveDash.\n");
    process.stdout.write("Everyone has to sign in again once LiveDash runs with the new secret alone.\n");
  } finally {
    await runtime.close();
  }
}

/** A process that runs with the old secret would go on sealing with it. */
async function assertAlone({ db }: Context): Promise<void> {
  const { rowCount } = await db.query(
    `SELECT 1 FROM pg_stat_activity
      WHERE "datname" = current_database() AND "backend_type" = 'client backend' AND "pid" <> pg_backend_pid() LIMIT 1`,
  );
  if (!rowCount) return;
  throw new RefusedError("conflict", "LiveDash is running. Stop it first, then run this again.");
}

function linesOf({ csvPasswords, accountKeys, secondFactors, auditSeals }: Rotation): string[] {
  const sealed = [
    counted(csvPasswords.done, "CSV password"),
    counted(accountKeys.done, "account key"),
    counted(secondFactors.done, "second factor"),
    counted(auditSeals.done, "audit seal"),
  ];
  const first = (names: readonly string[]) => [...names.slice(0, SHOWN), ...(names.length > SHOWN ? ["..."] : [])];
  const lost = (names: readonly string[], what: string, advice: string) =>
    names.length === 0
      ? []
      : [`Neither secret opens ${counted(names.length, what)}: ${first(names).join(", ")}. ${advice}`];
  return [
    `Sealed with the new secret: ${sealed.join(", ")}.`,
    ...lost(csvPasswords.broken, "CSV password", "Enter them again for these companies."),
    ...lost(accountKeys.broken, "account key", "Enter them again with `livedash provider add --replace`."),
    ...lost(secondFactors.broken, "second factor", "Reset the second factor of these users."),
    ...lost(auditSeals.broken, "audit seal", "Run `livedash doctor`. If the old secret is lost, run this with --lost."),
  ];
}
