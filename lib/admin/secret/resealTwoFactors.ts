import { parseEnvelope, symmetricDecrypt, symmetricEncrypt } from "better-auth/crypto";
import type { Realm } from "../../auth/actor.ts";
import { inEachRealm } from "../../auth/realms.ts";
import type { Context } from "../../context.ts";
import { json, type RowOf, statement, text } from "../../db/statement.ts";
import { type SignInSecrets, signInSecrets } from "../../signIn/signInSecrets.ts";
import type { Resealed } from "./resealed.ts";

const AT_ONCE = 500;

type Stored = RowOf<(typeof READ)[Realm]>;

/** The secrets and backup codes of second factors, as the sign-in library encrypts them. */
export async function resealTwoFactors(ctx: Context): Promise<Resealed> {
  const platform = await reseal(ctx, "platform");
  const company = await reseal(ctx, "company");
  return { done: platform.done + company.done, broken: [...platform.broken, ...company.broken] };
}

async function reseal(ctx: Context, realm: Realm): Promise<Resealed> {
  const keys = keysOf(signInSecrets(ctx.config, realm));
  const resealed: Resealed = { done: 0, broken: [] };
  for (let after: string | undefined = ""; after !== undefined && !ctx.stopping.aborted; ) {
    const rows: Stored[] = await READ[realm].rows(ctx.db, { after, current: `$ba$${keys.currentVersion}$` });
    const changes = [];
    for (const row of rows) {
      const anew = await encryptAnew(keys, row);
      if (anew) changes.push(anew);
      else resealed.broken.push(row.email);
    }
    // Codes that somebody has used up or made anew meanwhile are left for the next run.
    resealed.done += await WRITE[realm].run(ctx.db, { changes: JSON.stringify(changes) });
    after = rows.length === AT_ONCE ? rows.at(-1)?.id : undefined;
  }
  return resealed;
}

function keysOf({ secrets, secret: legacySecret }: SignInSecrets) {
  const keys = new Map(secrets.map(({ version, value }) => [version, value]));
  return { keys, currentVersion: secrets[0]?.version ?? 0, legacySecret };
}

type Keys = ReturnType<typeof keysOf>;

async function encryptAnew(keys: Keys, { id, secret, backupCodes }: Stored) {
  const [newSecret, newCodes] = [await anew(keys, secret), await anew(keys, backupCodes)];
  if (newSecret === undefined || newCodes === undefined) return undefined;
  return { id, secret: newSecret, backupCodes: newCodes, oldSecret: secret, oldCodes: backupCodes };
}

/** Undefined if it was encrypted with a secret that is not configured. */
async function anew(keys: Keys, data: string): Promise<string | undefined> {
  const envelope = parseEnvelope(data);
  const known = envelope ? [keys.keys.get(envelope.version)] : [...keys.keys.values()];
  for (const key of known) {
    const text = key === undefined ? undefined : await decrypt(key, envelope?.ciphertext ?? data);
    if (text !== undefined) return symmetricEncrypt({ key: keys, data: text });
  }
  return undefined;
}

/** The library says in words alone why it cannot decrypt: the one reason there is, is another key. */
async function decrypt(key: string, data: string): Promise<string | undefined> {
  try {
    return await symmetricDecrypt({ key, data });
  } catch {
    return undefined;
  }
}

const READ = inEachRealm(({ users, twoFactors }) =>
  statement({
    sql: `SELECT t."id", u."email", t."secret", t."backupCodes"
            FROM "${twoFactors}" t JOIN "${users}" u ON u."id" = t."userId"
           WHERE t."id" > $1 AND NOT (starts_with(t."secret", $2) AND starts_with(t."backupCodes", $2))
           ORDER BY t."id" LIMIT ${AT_ONCE}`,
    params: { after: text, current: text },
    row: { id: text, email: text, secret: text, backupCodes: text },
  }),
);

const WRITE = inEachRealm(({ twoFactors }) =>
  statement({
    sql: `UPDATE "${twoFactors}" t SET "secret" = r."secret", "backupCodes" = r."backupCodes"
            FROM json_to_recordset($1::json)
              AS r("id" text, "secret" text, "backupCodes" text, "oldSecret" text, "oldCodes" text)
           WHERE t."id" = r."id" AND t."secret" = r."oldSecret" AND t."backupCodes" = r."oldCodes"`,
    params: { changes: json<Awaited<ReturnType<typeof encryptAnew>>[]>() },
  }),
);
