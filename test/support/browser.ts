import { access, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packed from "@sparticuz/chromium";
import { type Browser, type BrowserServer, chromium, type LaunchOptions, type Page } from "playwright-core";
import manifest from "../../package.json" with { type: "json" };

/** Chromium must neither look for updates nor report home; what has no network would be refused at every start. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-quic",
  "--disable-sync",
  "--no-default-browser-check",
  "--no-first-run",
  "--no-pings",
];
// No sandbox, so that it starts as root and in a container; it sees nothing but the pages of this project.
const ANYWHERE = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
  "--lang=en-US",
];

/** What a page is told to wait for may take so long: slow machines get time, and nothing is judged by it. */
const PATIENCE_MS = 120_000;

/** A headless Chromium that needs no system package. `LIVEDASH_TEST_BROWSER` names another one, say on a Mac. */
export async function launchBrowser(): Promise<Browser> {
  return withPatience(await chromium.launch(await launchOptions()));
}

function withPatience(browser: Browser): Browser {
  return browser.on("context", (context) => context.setDefaultTimeout(PATIENCE_MS));
}

/** The same for several processes: each connects to it, and has pages and cookies of its own. */
export async function serveBrowser(): Promise<BrowserServer> {
  return await chromium.launchServer({ ...(await launchOptions()), host: "127.0.0.1" });
}

/** A connection to a browser that is served. What is opened through it is gone when it is closed. */
export async function connectBrowser(url: string): Promise<Browser> {
  return withPatience(await chromium.connect(url));
}

async function launchOptions(): Promise<LaunchOptions> {
  const own = process.env.LIVEDASH_TEST_BROWSER;
  const args = [...QUIET, ...ANYWHERE];
  if (own) return { executablePath: own, args };
  const folder = await unpackChromium();
  // The packed fonts alone, so that pages look the same on every machine, one without fonts included.
  const fonts = join(folder, "livedash-fonts.conf");
  await writeFile(
    fonts,
    `<?xml version="1.0"?><fontconfig><dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
  );
  const env = { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "en_US.UTF-8", FONTCONFIG_FILE: fonts };
  return { executablePath: join(folder, "chromium"), args, env };
}

/** Unpacked once for each user and version, aside and then moved: processes that start together do not meet. */
async function unpackChromium(): Promise<string> {
  const version = manifest.devDependencies["@sparticuz/chromium"];
  const folder = join(tmpdir(), `livedash-chromium-${version}-${process.getuid?.() ?? "user"}`);
  if (await exists(join(folder, "chromium"))) return folder;
  const aside = await mkdtemp(`${folder}-`);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = aside;
  try {
    await packed.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  try {
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another process was first: its copy is as good.
    if (!(await exists(join(folder, "chromium")))) throw error;
  }
  return folder;
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

/** Everything that a page complains of from now on: console errors and warnings, exceptions, policy violations. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  return complaints;
}
