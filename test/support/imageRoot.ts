import { execFile } from "node:child_process";
import { access, cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { consoleBuildFolder, ensureConsoleBuilt } from "../../web/buildConsole.ts";
import { type RunningCommand, startProcess } from "./cli.ts";
import { type Containerfile, PROJECT } from "./containerfile.ts";
import { findProgram } from "./debianProgram.ts";

const run = promisify(execFile);
const PLENTY = { maxBuffer: 64 * 2 ** 20 };
/** npm writes these in place: linked, the project's own would change. */
const WRITTEN = [".package-lock.json", ".livedash-prepared"];

/** Why no root can be made or entered here; undefined where one can. */
export async function whyNoRoot(): Promise<string | undefined> {
  if (process.platform !== "linux") return "it needs Linux";
  if (process.getuid?.() !== 0) return "it needs root";
  return await run("unshare", ["--mount", "true"]).then(
    () => findProgram("debootstrap").then(() => undefined, whyNot),
    () => "it needs the right to mount (unshare --mount)",
  );
}

const whyNot = (error: unknown) => String(Object(error).message).split("\n")[0] ?? "it needs debootstrap";

/**
 * What deploy/build.sh makes. With IMAGE_FROM_NOTHING=1 it begins with nothing; else it finds the packages and the console of this
 * folder, and the programs of a Debian that is unpacked and not set up, since all that takes minutes.
 */
export async function buildRoot(image: Containerfile): Promise<string> {
  const { path, env } = await findProgram("debootstrap");
  const folders = [dirname(path), join(dirname(path), "../bin"), process.env.PATH];
  const withDebootstrap: NodeJS.ProcessEnv = {
    ...env,
    NODE_ENV: "production",
    PATH: folders.join(":"),
    HOME: process.env.HOME ?? "/root",
    DEBOOTSTRAP_DIR: join(dirname(path), "../share/debootstrap"),
  };
  const root = await mkdtemp(join(tmpdir(), "livedash-image-"));
  if (!process.env.IMAGE_FROM_NOTHING) {
    await run("cp", ["-al", `${await unpackedDebian(image, withDebootstrap)}/.`, root]);
    await addWhatIsHere(join(root, image.folder));
  }
  await run(join(PROJECT, "deploy/build.sh"), [root], { ...PLENTY, env: withDebootstrap });
  return root;
}

/** Kept in the folder of temporary files. */
async function unpackedDebian(image: Containerfile, env: NodeJS.ProcessEnv): Promise<string> {
  const suite = image.lines.find(([, rest]) => rest.startsWith("DEBIAN="))?.[1].replace("DEBIAN=", "") ?? "";
  const folder = join(tmpdir(), `livedash-debian-${suite}`);
  if (await exists(folder)) return folder;
  const aside = await mkdtemp(`${folder}-`);
  await run("debootstrap", ["--foreign", "--variant=minbase", suite, aside], { ...PLENTY, env });
  await rm(join(aside, "var/cache/apt"), { recursive: true });
  // Another process was first: its copy is as good.
  await rename(aside, folder).catch(() => rm(aside, { recursive: true }));
  return folder;
}

async function addWhatIsHere(application: string): Promise<void> {
  await ensureConsoleBuilt();
  const build = await consoleBuildFolder();
  await mkdir(join(application, dirname(build)), { recursive: true });
  await cp(join(PROJECT, build), join(application, build), { recursive: true });
  const [from, to] = [join(PROJECT, "node_modules"), join(application, "node_modules")];
  // Linked where the two are on one disk. Nothing is written to them: packages are left out, and none is changed.
  await run("cp", ["-al", from, to]).catch(() => run("cp", ["-a", from, application]));
  for (const name of WRITTEN) await run("cp", ["-p", "--remove-destination", `${from}/${name}`, `${to}/${name}`]);
}

/** As a container has it: nothing can be written but in /tmp, and the user is the image's. */
const ENTER = `PATH=$PATH:/usr/sbin:/sbin && mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount -t tmpfs tmpfs "$0/tmp" &&
  mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" && user=$1 folder=$2 && shift 2 &&
  exec chroot --userspec="$user:$user" "$0" /usr/bin/env -i -C "$folder" "$@"`;

/** Starts a command in the root, with the image's variables and these. Its process is the command's own, so signals reach it. */
export function startInRoot(
  root: string,
  image: Containerfile,
  command: readonly string[],
  env: Record<string, string> = {},
): RunningCommand {
  const variables = Object.entries({ ...image.env, ...env }).map(([name, value]) => `${name}=${value}`);
  const args = ["--mount", "sh", "-c", ENTER, root, image.uid, image.folder, ...variables, ...command];
  return startProcess("unshare", args, {});
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
