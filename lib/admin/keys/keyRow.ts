import { z } from "zod";
import { id, time } from "../../api/fields.ts";
import { PLATFORM_PERMISSION_NAMES } from "../../auth/permissions.ts";
import { PlatformRole } from "../../db/generated/enums.ts";

export const scopes = z.array(z.enum(PLATFORM_PERMISSION_NAMES)).max(PLATFORM_PERMISSION_NAMES.length);

/** A key as it is shown: never the key itself, nor what is stored of it. */
export const keyRow = z.object({
  id,
  name: z.string(),
  role: z.enum(PlatformRole),
  scopes: z
    .array(z.string())
    .meta({ description: "The permissions it is limited to. Empty means all permissions of its role." }),
  prefix: z.string().meta({ description: "The first characters of the key, to tell keys apart." }),
  createdBy: z.string(),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});

export type KeyRow = z.input<typeof keyRow>;

export const KEY_COLUMNS = `"id", "name", "role", "scopes", "prefix", "createdBy", "createdAt", "expiresAt", "lastUsedAt",
  "revokedAt"`;
