// Writes screenshots of the console's pages, light and dark, wide and phone, over a database of its own.
//   npm run screenshots                  all of them, into docs/screenshots
//   npm run screenshots -- errors keys   those of these pages alone
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { REALMS } from "../lib/auth/realms.ts";
import { type Database, openPool } from "../lib/db/pool.ts";
import { openLog } from "../lib/observability/log.ts";
import { actingAs } from "../test/support/acting.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { consoleContext } from "../test/support/consoleContext.ts";
import { signInForBrowser } from "../test/support/people.ts";
import { addressOf, onServer, openTestServer } from "../test/support/testServer.ts";
import { ensureConsoleBuilt } from "../web/buildConsole.ts";
import { startWebServer } from "../web/startWebServer.ts";
import { addPeople, COLLEAGUE, OPERATOR } from "./screenshots/addPeople.ts";
import { type Ids, type Shot, shotsOf } from "./screenshots/pages.ts";
import { type PlayedDay, playDay } from "./screenshots/playDay.ts";

// Tall enough to show how a page goes on, and no longer: pictures stay with the project for ever.
const VIEWPORTS = { wide: { width: 1280, height: 1500 }, phone: { width: 390, height: 1800 } };
/** As wide as A4 between its margins, at 96 dots an inch. */
const PAPER = { width: 688, height: 1500 };
const PEOPLE = { platform: OPERATOR, company: COLLEAGUE } as const;
type Cookies = Awaited<ReturnType<typeof signInForBrowser>>;
const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

const SETTLE_MS = 1_500;

const folder = fileURLToPath(new URL("../docs/screenshots", import.meta.url));
const wanted = process.argv.slice(2);

await mkdir(folder, { recursive: true });
await ensureConsoleBuilt({ onBuild: () => console.log("Building the console ...") });
const postgres = await openTestServer("");
const name = `${postgres.template}_screenshots`;
await onServer(postgres.url, `CREATE DATABASE ${name} TEMPLATE ${postgres.template}`);
const { app, password } = postgres.logins;
const db = openPool(addressOf(postgres.url, name, { name: app, password }));
const browser = await launchBrowser();
try {
  const log = openLog({ level: "fatal", format: "pretty" });
  console.log("Playing a day ...");
  const day = await playDay(db, log, { ...actingAs(db, "SUPER_ADMIN").actor, name: OPERATOR });
  await addPeople(db, day);
  const all = shotsOf(await idsOf(db, day));
  const unknown = wanted.filter((name) => !all.some((shot) => shot.name === name));
  if (unknown.length > 0) {
    throw new Error(`No page is called ${unknown.join(", ")}. Pages: ${all.map((shot) => shot.name).join(", ")}.`);
  }
  const shots = all.filter((shot) => wanted.length === 0 || wanted.includes(shot.name));
  const server = await startWebServer({ ctx: consoleContext(db, log), emulated: true }, { host: "127.0.0.1", port: 0 });
  const cookies = { platform: await signIn(server.url, "platform"), company: await signIn(server.url, "company") };
  for (const shot of shots) await takeAll(server.url, shot, cookies[shot.realm]);
  await server.close();
} finally {
  await browser.close();
  await db.end();
  await postgres.stop();
}

async function signIn(url: string, realm: Shot["realm"]): Promise<Cookies> {
  const cookies = await signInForBrowser(url, realm, PEOPLE[realm]);
  await db.query(`UPDATE "${REALMS[realm].sessions}" SET "userAgent" = $1 WHERE "userAgent" NOT LIKE 'Mozilla%'`, [
    CHROME,
  ]);
  return cookies;
}

async function takeAll(
  url: string,
  { name, path, looks, act, isPrinted = false }: Shot,
  cookies: Cookies,
): Promise<void> {
  for (const look of looks) {
    const colorScheme = look.startsWith("dark") ? "dark" : "light";
    const viewport = isPrinted ? PAPER : VIEWPORTS[look.endsWith("phone") ? "phone" : "wide"];
    const context = await browser.newContext({ viewport, colorScheme, timezoneId: "Europe/Amsterdam" });
    await context.addCookies(cookies);
    const page = await context.newPage();
    await page.goto(url + path);
    await page.getByRole("heading", { level: 1 }).waitFor();
    // Charts are drawn after the page has come.
    await page.waitForTimeout(SETTLE_MS);
    await act?.(page);
    if (isPrinted) await page.emulateMedia({ media: "print" });
    const file = join(folder, isPrinted ? `${name}.png` : `${name}-${look}.png`);
    await page.screenshot({ path: file });
    console.log(file);
    await context.close();
  }
}

async function idsOf(db: Database, { givenUp, care }: PlayedDay): Promise<Ids> {
  const { rows } = await db.query<Omit<Ids, "givenUp" | "care">>(
    `SELECT (SELECT "id" FROM "AIBatchRequest" WHERE "processedAt" IS NULL AND "id" <> $1
              ORDER BY "requestCount" DESC LIMIT 1) AS "inFlight",
            (SELECT "id" FROM "AIProcessingRequest" WHERE "processingStatus" = 'PROCESSING_FAILED' LIMIT 1) AS "failed",
            (SELECT "importRunId" FROM "ImportBadRow" ORDER BY "line" DESC LIMIT 1) AS "import",
            (SELECT "id" FROM "Company" WHERE "name" LIKE 'Sollis%') AS "sollis",
            (SELECT "id" FROM "Session" WHERE "companyId" = $2 AND "escalated" ORDER BY "startTime" DESC LIMIT 1) AS "session"`,
    [givenUp, care],
  );
  const [ids] = rows;
  if (!ids || Object.values<string | null>(ids).includes(null))
    throw new Error(`The day left no ${JSON.stringify(ids)}.`);
  return { ...ids, givenUp, care };
}
