import type { CompanyRole, PlatformRole } from "../../lib/db/generated/enums.ts";

export const PLATFORM_ROLE_WORDS: Record<PlatformRole, string> = {
  SUPER_ADMIN: "super admin",
  ADMIN: "admin",
  SUPPORT: "support",
};

export const COMPANY_ROLE_WORDS: Record<CompanyRole, string> = { ADMIN: "admin", USER: "user", AUDITOR: "auditor" };
