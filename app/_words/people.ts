import type { CompanyRole, PlatformRole } from "../../lib/db/enums.ts";

export const PLATFORM_ROLE_WORDS: Record<PlatformRole, string> = {
  SUPER_ADMIN: "super admin",
  ADMIN: "admin",
  SUPPORT: "support",
};

export const COMPANY_ROLE_WORDS: Record<CompanyRole, string> = { ADMIN: "admin", USER: "user", AUDITOR: "auditor" };

const BROWSERS = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Headless)?(?:Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
] as const;
const SYSTEMS = [
  [/\bAndroid\b/, "Android"],
  [/\b(?:iPhone|iPad)\b/, "iOS"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
] as const;

/** `Firefox on Windows`, from what a browser says of itself. */
export function browserName(userAgent: string | null): string {
  const find = (names: typeof BROWSERS | typeof SYSTEMS) => names.find(([mark]) => mark.test(userAgent ?? ""))?.[1];
  const [browser, system] = [find(BROWSERS), find(SYSTEMS)];
  return `${browser ?? "Unknown browser"}${system ? ` on ${system}` : ""}`;
}
