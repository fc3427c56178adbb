// Writes screenshots of the console's pages, light and dark, wide and phone, as they show the data of a database.
//   node scripts/screenshots.ts postgresql://user@host/database [folder]
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readConfig } from "../lib/config.ts";
import { createContext } from "../lib/context.ts";
import { openPool } from "../lib/db/pool.ts";
import { openLog } from "../lib/observability/log.ts";
import { launchBrowser } from "../test/support/browser.ts";
import { ensureConsoleBuilt } from "../web/buildConsole.ts";
import { startWebServer } from "../web/startWebServer.ts";

const PAGES = [{ name: "overview", path: "/" }];
const SCHEMES = ["light", "dark"] as const;
// Tall enough to show how a page goes on, and no longer: pictures stay with the project for ever.
const SIZES = [
  { name: "wide", viewport: { width: 1280, height: 1500 } },
  { name: "phone", viewport: { width: 390, height: 1800 } },
];

const [databaseUrl, folder = fileURLToPath(new URL("../docs/screenshots", import.meta.url))] = process.argv.slice(2);
if (!databaseUrl) {
  console.error("Which database? node scripts/screenshots.ts postgresql://user@host/database [folder]");
  process.exit(1);
}

await mkdir(folder, { recursive: true });
await ensureConsoleBuilt({ onBuild: () => console.log("Building the console ...") });
const db = openPool(databaseUrl);
const ctx = createContext({ config: readConfig({}), db, log: openLog({ level: "warn", format: "pretty" }) });
const server = await startWebServer({ ctx, emulated: true }, { host: "127.0.0.1", port: 0 });
const browser = await launchBrowser();
try {
  for (const { name, path } of PAGES) {
    for (const colorScheme of SCHEMES) {
      for (const { name: size, viewport } of SIZES) {
        const page = await browser.newPage({ viewport, colorScheme, timezoneId: "Europe/Amsterdam" });
        await page.goto(server.url + path);
        await page.getByRole("status").getByText("Live", { exact: true }).waitFor();
        const file = join(folder, `${name}-${colorScheme}-${size}.png`);
        await page.screenshot({ path: file });
        console.log(file);
        await page.close();
      }
    }
  }
} finally {
  await browser.close();
  await server.close();
  await db.end();
}
