import type { Database } from "../../lib/db/pool.ts";
import { addUser } from "../../test/support/people.ts";
import { rowsIn } from "../../test/support/rows/index.ts";
import type { PlayedDay } from "./playDay.ts";

export const OPERATOR = "ada@livedash.example";
export const COLLEAGUE = "anna@merelveld.example";
const DAY = 86_400_000;
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1";

/** Who works with the installation: operators, a company's users, and programs with their keys. */
export async function addPeople(db: Database, { care, hotels }: PlayedDay): Promise<void> {
  const ago = (days: number) => new Date(Date.now() - days * DAY);
  const rows = rowsIn(db);
  const ada = await addUser({ db }, { realm: "platform", role: "SUPER_ADMIN", email: OPERATOR, name: "Ada Jansen" });
  await rows.platformUsers([
    { email: "ben@livedash.example", name: "Ben Okafor", role: "SUPPORT", mustChangePassword: false },
    { email: "chiara@livedash.example", name: "Chiara Rossi", role: "ADMIN", disabledAt: ago(3) },
  ]);
  for (const [userAgent, ipAddress, days] of [
    [FIREFOX, "192.0.2.44", 2],
    [IPHONE, "198.51.100.7", 6],
  ] as const) {
    await rows.platformSession({ userId: ada, userAgent, ipAddress, createdAt: ago(days), expiresAt: ago(days - 7.5) });
  }

  const common = { realm: "company", companyId: care } as const;
  await addUser({ db }, { ...common, role: "ADMIN", email: COLLEAGUE, name: "Anna de Wit" });
  await rows.users([
    { companyId: care, email: "bram@merelveld.example", name: "Bram Visser", role: "USER", mustChangePassword: false },
    { companyId: care, email: "cem@merelveld.example", name: "Cem Yılmaz", role: "AUDITOR" },
    { companyId: care, email: "dora@merelveld.example", name: "Dora Nowak", role: "USER", disabledAt: ago(11) },
  ]);

  const by = { createdBy: OPERATOR };
  const monitoring = await rows.serviceAccount({ ...by, name: "Monitoring", role: "SUPPORT", createdAt: ago(120) });
  const uploads = await rows.serviceAccount({ ...by, name: "Nightly import", role: "ADMIN", createdAt: ago(80) });
  await rows.serviceAccount({ ...by, name: "Old reports", role: "SUPPORT", createdAt: ago(300), disabledAt: ago(20) });
  for (const key of [
    {
      name: "grafana",
      prefix: "ldk_7Kq2",
      serviceAccountId: monitoring.id,
      lastUsedAt: ago(0.01),
      scopes: ["pipeline.read"],
    },
    {
      name: "import server",
      prefix: "ldk_mW9x",
      serviceAccountId: uploads.id,
      lastUsedAt: ago(0.4),
      allowedAddresses: ["192.0.2.0/24"],
    },
    { name: "Ada's laptop", prefix: "ldk_Rt4b", ownerId: ada, lastUsedAt: ago(9), expiresAt: ago(-4) },
    {
      name: "hotel portal",
      prefix: "ldk_p3Zc",
      companyId: hotels,
      scopes: ["company.sessions.read", "company.figures.read"],
    },
    { name: "old reports", prefix: "ldk_Vn8d", serviceAccountId: uploads.id, revokedAt: ago(19) },
  ]) {
    await rows.apiKey({ ...by, createdAt: ago(60), ...key });
  }
  await rows.company({
    name: "Sollis Personeel",
    timeZone: "Europe/Amsterdam",
    csvUrl: "https://export.sollis.example/chats.csv",
    csvUsername: "livedash",
    roleWords: { User: ["Sollicitant", "Flexwerker"], Assistant: ["Robbie"] },
    requestsPerDay: 500,
    requestsPerMonth: 10_000,
  });
}
