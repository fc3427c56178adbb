import type { z } from "zod";
import type { keyRow } from "../../../lib/admin/keys/keyRow.ts";
import { listKeys } from "../../../lib/admin/keys/listKeys.ts";
import { endKey } from "../../../lib/admin/keys/revokeKey.ts";
import { replaceKey, rotation } from "../../../lib/admin/keys/rotateKey.ts";
import { RefusedError } from "../../../lib/api/errors.ts";
import { callVerb, parseInput } from "../../../lib/api/verb.ts";
import { parseDuration } from "../../../lib/duration.ts";
import { type Acted, atOurs } from "../../atOurs.ts";
import { durationOf } from "../../given.ts";
import { inUtc, inWords, print, printJson, textTable } from "../../printed.ts";
import { withVerbs } from "../../withVerbs.ts";

const HOUR_MS = 3_600_000;
const HEAD = ["NAME", "OWNER", "ROLE", "STATE", "EXPIRES", "LAST USED", "SCOPES", "ADDRESSES", "ID"];

/** Prints the keys that work, or all of them. */
export function listAllKeys({ all, json }: { all?: boolean; json?: boolean }): Promise<void> {
  return withVerbs(async (ctx) => {
    const keys: z.output<typeof keyRow>[] = [];
    let cursor: string | null = null;
    do {
      const page: z.output<typeof listKeys.output> = await callVerb(ctx, listKeys, {
        limit: 200,
        ...(all ? {} : { valid: true }),
        ...(cursor ? { cursor } : {}),
      });
      keys.push(...page.keys);
      cursor = page.nextCursor;
    } while (cursor);
    if (json) return printJson({ keys });
    if (keys.length === 0) return print("There are no keys.\n");
    print(textTable(HEAD, keys.map(rowOf)));
  });
}

function rowOf(key: z.output<typeof keyRow>): (string | null)[] {
  return [
    key.name,
    `${inWords(key.owner.kind)} ${key.owner.name}`,
    key.role,
    inWords(key.state),
    inUtc(key.expiresAt),
    inUtc(key.lastUsedAt) || "never",
    key.scopes.join(",") || "all of its role",
    key.allowedAddresses.join(",") || "any",
    key.id,
  ];
}

/** Makes a second key beside one that works, and prints it. */
export function rotate(given: string, { expiresIn, grace }: { expiresIn?: string; grace?: string }): Promise<void> {
  return atOurs(async (ctx) => {
    const wanted = parseInput(rotation, {
      id: await keyIdOf(ctx, given),
      ...(expiresIn === undefined ? {} : { expiresAt: durationOf(ctx, "--expires-in", expiresIn).toISOString() }),
      ...(grace === undefined ? {} : { graceHours: hoursOf(grace) }),
    });
    const { apiKey, key, previous } = await replaceKey(ctx, wanted);
    print(`Key: ${key}\n`);
    print(
      `Copy it now: it will not be shown again. It is named "${apiKey.name}" and works until ${inUtc(apiKey.expiresAt.toISOString())}. "${previous.name}" works until ${inUtc(previous.expiresAt.toISOString())}.\n`,
    );
  });
}

export function revoke(given: string): Promise<void> {
  return atOurs(async (ctx) => {
    const { name } = await endKey(ctx, await keyIdOf(ctx, given));
    print(`The key "${name}" has been revoked.\n`);
  });
}

async function keyIdOf({ db }: Acted, given: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT "id" FROM "ApiKey" WHERE $1 IN ("name", "id") ORDER BY "name" = $1 DESC LIMIT 1`,
    [given.trim()],
  );
  if (rows[0]) return rows[0].id;
  throw new RefusedError("not_found", `No key is named "${given}". See: bin/livedash admin list-keys --all`);
}

function hoursOf(grace: string): number {
  const hours = (parseDuration(grace) ?? Number.NaN) / HOUR_MS;
  if (Number.isInteger(hours) && hours >= 0) return hours;
  throw new RefusedError("invalid_input", `--grace ${grace} is not a time in whole hours. Write it like 24h or 7d.`);
}
