import { z } from "zod";
import { id, time } from "../../api/fields.ts";
import { OPEN_STATUSES } from "../../auth/companyAccess.ts";
import { PlatformRole } from "../../db/enums.ts";
import {
  arrayOf,
  bool,
  json,
  known,
  nullable,
  oneOf,
  type RowOf,
  statement,
  text,
  textOf,
  timestamp,
} from "../../db/statement.ts";
import { ownerShape } from "./keyOwner.ts";

/** A key as it is shown: never the key itself, nor what is stored of it. */
export const keyRow = z.object({
  id,
  name: z.string(),
  owner: ownerShape,
  role: z.enum(PlatformRole).nullable().meta({ description: "Its owner's role now. Null for a company's key." }),
  scopes: z
    .array(z.string())
    .meta({ description: "The permissions it is limited to. Empty means all permissions of its owner's role." }),
  allowedAddresses: z
    .array(z.string())
    .meta({ description: "IP addresses and ranges (CIDR) it works from. Empty means anywhere." }),
  prefix: z.string().meta({ description: "The first characters of the key, to tell keys apart." }),
  state: z
    .enum(["works", "revoked", "expired", "owner_disabled"])
    .meta({ description: "owner_disabled: its user or service account is disabled, or its company suspended." }),
  createdBy: z.string(),
  createdByDisabled: z.boolean().meta({
    description: "Whether the user who created it, and may have kept it, is disabled. It works all the same.",
  }),
  createdAt: time,
  expiresAt: time,
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
  rotatedFromId: id.nullable().meta({ description: "The key it replaces." }),
});

export type KeyRow = z.input<typeof keyRow>;

/** Selects keys as they are shown, as `key`, from what they are at the time `now` (a parameter). What follows narrows and orders them. */
export function selectKeys(now: string): string {
  return `SELECT * FROM (
    SELECT k."id", k."name", k."scopes", k."allowedAddresses", k."prefix", k."createdBy", k."createdAt", k."expiresAt",
        k."lastUsedAt", k."revokedAt", k."rotatedFromId", COALESCE(u."role", a."role") AS "role",
        json_build_object('kind', CASE WHEN u."id" IS NOT NULL THEN 'user' WHEN a."id" IS NOT NULL THEN 'service_account' ELSE 'company' END,
          'id', COALESCE(u."id", a."id", c."id"), 'name', COALESCE(u."email", a."name", c."name")) AS "owner",
        k."ownerId", k."serviceAccountId", k."companyId",
        -- A key that made another one did so for its owner.
        EXISTS (SELECT 1 FROM "PlatformUser" m WHERE m."disabledAt" IS NOT NULL AND (m."email" = k."createdBy"
            OR m."id" = (SELECT maker."ownerId" FROM "ApiKey" maker WHERE maker."name" = k."createdBy"))) AS "createdByDisabled",
        CASE WHEN k."revokedAt" IS NOT NULL THEN 'revoked' WHEN k."expiresAt" <= ${now} THEN 'expired'
             WHEN COALESCE(u."disabledAt", a."disabledAt") IS NOT NULL OR c."status" NOT IN ${OPEN_STATUSES} THEN 'owner_disabled'
             ELSE 'works' END AS "state"
      FROM "ApiKey" k
      LEFT JOIN "PlatformUser" u ON u."id" = k."ownerId"
      LEFT JOIN "ServiceAccount" a ON a."id" = k."serviceAccountId"
      LEFT JOIN "Company" c ON c."id" = k."companyId") key`;
}

/** A key with the ids of whose it is, for operations. */
export type OwnedKey = RowOf<typeof READ_KEY>;

export const READ_KEY = statement({
  sql: `${selectKeys("$2::timestamptz")} WHERE key."id" = $1`,
  params: { id: text, now: timestamp },
  row: {
    id: known(text),
    name: known(text),
    scopes: known(arrayOf(text)),
    allowedAddresses: known(arrayOf(text)),
    prefix: known(text),
    createdBy: known(text),
    createdAt: known(timestamp),
    expiresAt: known(timestamp),
    lastUsedAt: nullable(timestamp),
    revokedAt: nullable(timestamp),
    rotatedFromId: nullable(text),
    role: nullable(oneOf("PlatformRole", PlatformRole)),
    owner: known(json<KeyRow["owner"]>()),
    ownerId: nullable(text),
    serviceAccountId: nullable(text),
    companyId: nullable(text),
    createdByDisabled: known(bool),
    state: known(textOf<KeyRow["state"]>()),
  },
});
