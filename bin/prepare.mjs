// Installs what is missing: before `npm start`, `npm test` and every command.
// Plain JavaScript without dependencies, since it runs before any is there, on whatever Node the machine has.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules/.livedash-prepared");
/** Beside node_modules, not in it: it must be there before that is. */
const lock = join(root, ".prepare.lock");
/** Whoever holds the lock touches it this often; one that was not touched for STALE_MS is a dead process's. */
const TOUCH_MS = 1_000;
const STALE_MS = 15_000;

if (isPrepared()) touch(stamp);
else await prepareAlone();

/** Of processes that start together one does the work; the others wait, and find it done. */
async function prepareAlone() {
  while (!takeLock()) await delay(200);
  const touching = setInterval(() => touch(lock), TOUCH_MS);
  try {
    if (!isPrepared()) await prepare();
  } finally {
    clearInterval(touching);
    rmSync(lock, { force: true });
  }
}

async function prepare() {
  console.log("Installing what LiveDash needs (a minute or two the first time) ...");
  // Peers left alone: of packages that are needed, npm takes some that are not for optional peers, and would bring them.
  const omit = isForUseAlone() ? ["--omit=dev", "--legacy-peer-deps"] : [];
  if (!(await run("npm", ["install", ...omit, "--no-audit", "--no-fund", "--loglevel=error"]))) return;
  // An installation may change what it is told by.
  writeFileSync(stamp, `${fingerprint()}\n`);
}

function isPrepared() {
  return existsSync(stamp) && readFileSync(stamp, "utf8").trim() === fingerprint();
}

/** Whether somebody has installed what LiveDash runs on (`npm install --omit=dev --legacy-peer-deps`), and none of what it is developed with. */
function isForUseAlone() {
  const isThere = (name) => existsSync(join(root, "node_modules", name));
  return isThere(".package-lock.json") && !isThere("vitest");
}

/** Of what an installation depends on: it is done again only when that has changed. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of ["package.json", "package-lock.json"]) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function takeLock() {
  try {
    openSync(lock, "wx");
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const held = statSync(lock, { throwIfNoEntry: false });
  if (!held || Date.now() - held.mtimeMs < STALE_MS) return false;
  // Of several that find it stale, those who come after the first touch see a fresh one and wait on.
  touch(lock);
  rmSync(lock, { force: true });
  return false;
}

function touch(file) {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch (error) {
    // Gone, or of another user, as where a service may only read what an administrator has installed.
    if (!["ENOENT", "EPERM", "EACCES", "EROFS"].includes(error.code)) throw error;
  }
}

/** Whether the command has succeeded; if not, what it printed is shown. */
async function run(command, args) {
  const { NODE_ENV: _, ...env } = process.env;
  const child = spawn(command, args, { cwd: root, env, stdio: ["inherit", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
  }
  const failure = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) => resolve(code === 0 ? undefined : `It ended with ${signal ?? `code ${code}`}.`));
  });
  if (failure === undefined) return true;
  console.error(printed, failure);
  console.error(`LiveDash could not be prepared: \`${command} ${args.join(" ")}\` failed. See its output above.`);
  process.exitCode = 1;
  return false;
}
