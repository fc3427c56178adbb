import type { z } from "zod";
import type { keyRow } from "../../../lib/admin/keys/keyRow.ts";
import { listKeys } from "../../../lib/admin/keys/listKeys.ts";
import { endKey } from "../../../lib/admin/keys/revokeKey.ts";
import { replaceKey, rotation } from "../../../lib/admin/keys/rotateKey.ts";
import { RefusedError } from "../../../lib/api/errors.ts";
import { callOperation, parseInput } from "../../../lib/api/operation.ts";
import type { Context } from "../../../lib/context.ts";
import { parseDuration } from "../../../lib/duration.ts";
import { durationOf, idOf } from "../../given.ts";
import { inUtc, inWords, print, printJson, textTable } from "../../printed.ts";
import { readUpTo } from "../../readUpTo.ts";
import { atOurs, withOperations } from "../../withRuntime.ts";

const HOUR_MS = 3_600_000;
const HEAD = ["NAME", "OWNER", "ROLE", "STATE", "EXPIRES", "LAST USED", "SCOPES", "ADDRESSES", "ID"];

/** Prints the keys that work, or all of them. */
export function listAllKeys({ all, json }: { all?: boolean; json?: boolean }): Promise<void> {
  return withOperations(async (ctx) => {
    const { rows: keys } = await readUpTo(Number.POSITIVE_INFINITY, async (page) => {
      const { keys, nextCursor } = await callOperation(ctx, listKeys, { ...(all ? {} : { valid: true }), ...page });
      return { rows: keys, nextCursor };
    });
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

function keyIdOf(ctx: Context, given: string): Promise<string> {
  return idOf(ctx, "ApiKey", given, `No key is named "${given}". See: bin/livedash admin list-keys --all`);
}

function hoursOf(grace: string): number {
  const hours = (parseDuration(grace) ?? Number.NaN) / HOUR_MS;
  if (Number.isInteger(hours) && hours >= 0) return hours;
  throw new RefusedError("invalid_input", `--grace ${grace} is not a time in whole hours. Write it like 24h or 7d.`);
}
