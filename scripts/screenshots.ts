// Writes screenshots of the console's pages, light and dark, wide and phone, as they show the data of a database.
//   node scripts/screenshots.ts postgresql://user@host/database [folder]
// Two users are made for it and removed at the end.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPool } from "../lib/db/pool.ts";
import { openLog } from "../lib/observability/log.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { consoleContext } from "../test/support/consoleContext.ts";
import { addUser, signInForBrowser } from "../test/support/people.ts";
import { ensureConsoleBuilt } from "../web/buildConsole.ts";
import { startWebServer } from "../web/startWebServer.ts";

const SCHEMES = ["light", "dark"] as const;
// Tall enough to show how a page goes on, and no longer: pictures stay with the project for ever.
const SIZES = [
  { name: "wide", viewport: { width: 1280, height: 1500 } },
  { name: "phone", viewport: { width: 390, height: 1800 } },
];
const PEOPLE = { platform: "screenshots@platform.invalid", company: "screenshots@company.invalid" } as const;
type Cookies = Awaited<ReturnType<typeof signInForBrowser>>;

const SETTLE_MS = 1_500;

const [databaseUrl, folder = fileURLToPath(new URL("../docs/screenshots", import.meta.url))] = process.argv.slice(2);
if (!databaseUrl) {
  console.error("Which database? node scripts/screenshots.ts postgresql://user@host/database [folder]");
  process.exit(1);
}

await mkdir(folder, { recursive: true });
await ensureConsoleBuilt({ onBuild: () => console.log("Building the console ...") });
const db = openPool(databaseUrl);
const ctx = consoleContext(db, openLog({ level: "warn", format: "pretty" }));
const server = await startWebServer({ ctx, emulated: true }, { host: "127.0.0.1", port: 0 });
const browser = await launchBrowser();
try {
  const companyId = await firstId("Company");
  const batchId = await firstId("AIBatchRequest");
  const importId = await importWithBadRows();
  const common = { name: "Ada Example" };
  await addUser(ctx, { ...common, realm: "platform", role: "ADMIN", email: PEOPLE.platform });
  await addUser(ctx, { ...common, realm: "company", role: "ADMIN", email: PEOPLE.company, companyId });
  for (const { realm, pages } of [
    {
      realm: "platform",
      pages: [
        { name: "overview", path: "/platform" },
        { name: "requests", path: "/platform/requests?status=processing_complete" },
        { name: "batch", path: `/platform/batches/${batchId}` },
        { name: "imports", path: "/platform/imports" },
        { name: "import", path: `/platform/imports/${importId}` },
      ],
    },
    {
      realm: "company",
      pages: [
        { name: "dashboard", path: "/dashboard" },
        { name: "sessions", path: "/dashboard/sessions" },
      ],
    },
  ] as const) {
    const cookies = await signInForBrowser(server.url, realm, PEOPLE[realm]);
    for (const { name, path } of pages) for (const scheme of SCHEMES) await takeAll(name, path, scheme, cookies);
  }
} finally {
  await browser.close();
  await server.close();
  await db.query(`DELETE FROM "PlatformUser" WHERE "email" = $1`, [PEOPLE.platform]);
  await db.query(`DELETE FROM "User" WHERE "email" = $1`, [PEOPLE.company]);
  await db.end();
}

async function takeAll(name: string, path: string, colorScheme: (typeof SCHEMES)[number], cookies: Cookies) {
  for (const { name: size, viewport } of SIZES) {
    const context = await browser.newContext({ viewport, colorScheme, timezoneId: "Europe/Amsterdam" });
    await context.addCookies(cookies);
    const page = await context.newPage();
    await page.goto(server.url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    // Charts are drawn after the page has come.
    await page.waitForTimeout(SETTLE_MS);
    const file = join(folder, `${name}-${colorScheme}-${size}.png`);
    await page.screenshot({ path: file });
    console.log(file);
    await context.close();
  }
}

async function firstId(table: "Company" | "AIBatchRequest"): Promise<string> {
  const { rows } = await db.query<{ id: string }>(`SELECT "id" FROM "${table}" ORDER BY "createdAt" LIMIT 1`);
  if (!rows[0]) throw new Error(`The database has no row in ${table}: import the samples and let them run first.`);
  return rows[0].id;
}

async function importWithBadRows(): Promise<string> {
  const { rows } = await db.query<{ id: string }>(`SELECT "importRunId" AS "id" FROM "ImportBadRow" LIMIT 1`);
  if (!rows[0]) throw new Error("The database has no import with bad rows: import the samples first.");
  return rows[0].id;
}
