import { access, chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand, startCommand } from "../support/cli.ts";
import { openVisitor } from "../support/visitor.ts";

let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "livedash-test-"));
  await chmod(folder, 0o755);
  env = { LIVEDASH_DATA_DIR: folder, PORT: "0" };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const READY = /LiveDash is ready: (\d+) sessions analysed, (\d+) failed, console at (http:\/\/localhost:\d+)/;

const PASSWORD = /Sign in as: (\S+)\nOne-time password: (\S+)\n/g;

/** Whether the embedded server still runs: it removes this file when it ends. */
async function serverRuns(): Promise<boolean> {
  const pidFile = join(folder, "postgres/server/data/postmaster.pid");
  return access(pidFile).then(
    () => true,
    () => false,
  );
}

describe("livedash start", () => {
  it("does everything, survives being killed, and stops cleanly", async () => {
    const first = startCommand(["start"], env);
    await first.says(/batching 384\/384/);
    first.child.kill("SIGKILL");
    await first.finished;

    const second = startCommand(["start"], env);
    await second.says(READY);
    const [, analysed, failed, address = ""] = READY.exec(second.stdout()) ?? [];
    expect(second.stdout().trimEnd().split("\n").at(-1)).toMatch(READY);
    // Whichever of the two came far enough has made the administrator, and shown the password.
    const [shown, ...again] = `${first.stdout()}${second.stdout()}`.matchAll(PASSWORD);
    expect(again).toEqual([]);
    const visitor = openVisitor(address, "platform");
    const credentials = { email: shown?.[1], password: shown?.[2] };
    expect((await visitor.signIn("/sign-in/email", credentials)).status).toBe(200);
    const change = { currentPassword: shown?.[2], newPassword: "a password of my own" };
    expect((await visitor.signIn("/change-password", change)).status).toBe(200);
    const { body } = await visitor.call("/api/admin/legacy/summary");
    expect(body.summary).toMatchObject({ processing_complete: 384, processing_failed: 0 });
    expect([analysed, failed]).toEqual(["384", "0"]);
    expect(second.stdout()).toContain("nothing is sent anywhere");
    const page = await (await fetch(address)).text();
    expect(page).toContain("Sign in");
    expect(page).not.toContain("384");

    const status = await runCommand(["status", "--json"], env);
    expect(JSON.parse(status.stdout)).toMatchObject({ requests: { processing_complete: 384, pending_batching: 0 } });

    second.child.kill("SIGINT");
    expect(await second.finished).toMatchObject({ code: 0 });
    expect(await serverRuns()).toBe(false);

    const third = startCommand(["start"], env);
    await third.says(READY);
    expect(third.stdout()).not.toContain("importing");
    expect(third.stdout()).not.toContain("password");
    third.child.kill("SIGTERM");
    expect(await third.finished).toMatchObject({ code: 0 });
    expect(await serverRuns()).toBe(false);
  });

  it("says in one sentence that its port is taken, and leaves nothing running", async () => {
    const squatter = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => squatter.once("listening", resolve));
    const address = squatter.address();
    const port = typeof address === "object" && address ? String(address.port) : "";
    const { code, stdout, stderr } = await runCommand(["start"], { ...env, PORT: port });
    squatter.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`^livedash: Port ${port} .* in use .*PORT.*\n$`));
    expect(await serverRuns()).toBe(false);
  });

  it("does not mix the emulator's answers with a real provider's", async () => {
    const demo = startCommand(["start"], env);
    await demo.says(READY);
    demo.child.kill("SIGINT");
    await demo.finished;
    const { code, stderr } = await runCommand(["run"], { ...env, OPENAI_API_KEY: "k" });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^livedash: This database holds batches of the provider "emulator"/);
    expect(await serverRuns()).toBe(false);
  });
});
