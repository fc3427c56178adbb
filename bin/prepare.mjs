// Installs what is missing and generates the database client: before `npm start`, `npm test` and every command.
// Plain JavaScript without dependencies, since it runs before any is there, on whatever Node the machine has.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules/.livedash-prepared");
const client = join(root, "lib/db/generated/client.ts");

/** One fingerprint a step, a line each: a step is done again only when what it depends on has changed. */
const prints = [fingerprint("package.json", "package-lock.json"), fingerprint("prisma/schema.prisma")];
const done = existsSync(stamp) ? readFileSync(stamp, "utf8").split("\n") : [];
const installed = done[0] === prints[0];
if (!installed) {
  console.log("Installing what LiveDash needs (a minute or two the first time) ...");
  run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
}
if (!installed || done[1] !== prints[1] || !existsSync(client)) {
  run("npm", ["run", "--silent", "prisma:generate"]);
}
writeFileSync(stamp, `${prints.join("\n")}\n`);

function fingerprint(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function run(command, args) {
  const { NODE_ENV: _, ...inherited } = process.env;
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    env: inherited,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  console.error(stdout ?? "", stderr ?? "", error ? error.message : "");
  console.error(
    `LiveDash could not be prepared: \`${command} ${args.join(" ")}\` failed. What it printed stands above.`,
  );
  process.exit(1);
}
