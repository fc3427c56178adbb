import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningEmulator, startEmulator } from "../../emulator/server.ts";
import { type Finished, runCommand, startCommand } from "../support/cli.ts";
import { startPipeline, type TestPipeline } from "../support/pipeline.ts";

/** Whoever looks for a key in what was printed looks for "C4nary". */
const KEY = "sk-C4nary-of-the-account-1";
const OTHER_KEY = "sk-C4nary-of-nothing-2";
const SECRET = "kX9-only-these-tests-know-it-4Qz7Wm2Lr8";
/** Nobody listens at port 9. */
const NOWHERE = "http://127.0.0.1:9";

let pipeline: TestPipeline;
let azure: RunningEmulator;
let env: Record<string, string>;
let folder: string;

beforeAll(async () => {
  pipeline = await startPipeline();
  azure = await startEmulator({ shape: "azure", apiKey: KEY });
  folder = await mkdtemp(join(tmpdir(), "livedash-provider-"));
  const { database, emulator } = pipeline;
  env = {
    DATABASE_URL: database.url,
    OPENAI_API_KEY: "k",
    OPENAI_BASE_URL: emulator.url,
    LIVEDASH_SECRET: SECRET,
  };
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await azure.close();
  await pipeline.close();
});

/** Runs `livedash provider`, which never shows a key. */
async function provider(args: string[], { input = "", ...more }: { input?: string; env?: object } = {}) {
  const done = await runCommand(["provider", ...args], { ...env, ...more.env }, input);
  expect(done.stdout + done.stderr).not.toContain("C4nary");
  return done;
}

const done = (stdout: string | RegExp): Finished => ({ code: 0, stdout: matching(stdout), stderr: "" });
const refused = (stderr: string | RegExp): Finished => ({ code: 1, stdout: "", stderr: matching(stderr) });
const matching = (said: string | RegExp) =>
  typeof said === "string" ? expect.stringContaining(said) : expect.stringMatching(said);

const add = (id: string, address: string, more: string[] = []) => [
  "add",
  id,
  "--kind",
  "azure",
  "--address",
  address,
  ...more,
];
const accounts = async () =>
  (await pipeline.ctx.db.query(`SELECT "id" FROM "ProviderAccount" ORDER BY "createdAt"`)).rows.map(({ id }) => id);

it("an account is added with a key from standard input, checked, disabled, enabled and removed", async () => {
  const added = await provider(add("azure-eu", azure.url), { input: `${KEY}\n` });
  expect(added).toEqual(done(/^The account azure-eu has been added\. .*`livedash provider check azure-eu`/));
  expect(await provider(["check", "azure-eu"])).toEqual(done("azure-eu: takes its key\n"));
  expect(await provider(["check"])).toEqual(done("default: takes its key\nazure-eu: takes its key\n"));
  expect(await provider(["disable", "azure-eu", "--reason", "Moving"])).toEqual(
    done("The account azure-eu is disabled. Nothing new is sent to it.\n"),
  );
  expect(await provider(["disable", "azure-eu", "--reason", "Moving"])).toEqual(done("was disabled already"));
  expect(await provider(["list"])).toEqual(done(/\nazure-eu +azure +http:\S+ +0 +disabled: Moving\n/));
  expect((await runCommand(["status"], env)).stdout).toMatch(
    /\n\w+ disabled the account "azure-eu" at \S+: Moving\. Nothing new/,
  );
  expect(await provider(["enable", "azure-eu"])).toEqual(done("The account azure-eu is enabled.\n"));
  expect((await runCommand(["status"], env)).stdout).not.toContain("azure-eu");
  expect(await provider(["enable", "azure-eu"])).toEqual(done("azure-eu was not disabled.\n"));
  const { stdout } = await provider(["list", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    accounts: [
      { id: "default", hasKey: false },
      { id: "azure-eu", hasKey: true, disabled: null },
    ],
  });
  expect(await provider(["remove", "azure-eu"])).toEqual(done("The account azure-eu has been removed.\n"));
  expect(await accounts()).toEqual(["default"]);
});

it("a key from a file that is refused is said to be, and is replaced", async () => {
  const file = join(folder, "key");
  await writeFile(file, `${OTHER_KEY}\n`);
  expect(await provider(add("azure-eu", azure.url, ["--key-file", file]))).toEqual(done("has been added"));
  const checked = await provider(["check", "azure-eu"]);
  expect(checked).toMatchObject({ code: 1, stdout: expect.stringMatching(/^azure-eu: refuses\. .*key/) });
  expect(await provider(["list"])).toEqual(done(/\nazure-eu .* on hold: /));
  expect(await provider(add("azure-eu", azure.url), { input: KEY })).toEqual(
    refused('An account "azure-eu" already exists. Choose another name, or replace its key.'),
  );
  expect(await provider(["add", "azure-eu", "--replace"], { input: KEY })).toEqual(
    done("The key of azure-eu has been replaced."),
  );
  expect(await provider(["check", "azure-eu"])).toEqual(done("azure-eu: takes its key\n"));
  expect(await provider(["remove", "azure-eu"])).toMatchObject({ code: 0 });
});

it("an account that cannot be reached is added, and its check says so", async () => {
  expect(await provider(add("azure-off", NOWHERE), { input: KEY })).toEqual(done("has been added"));
  const checked = await provider(["check"]);
  expect(checked.code).toBe(1);
  expect(checked.stdout).toMatch(/^default: takes its key\nazure-off: cannot be reached\. \S/);
  const { checks } = JSON.parse((await provider(["check", "azure-off", "--json"])).stdout);
  expect(checks).toMatchObject([{ id: "azure-off", state: "silent", may: null }]);
  expect(await provider(["remove", "azure-off"])).toMatchObject({ code: 0 });
});

describe("what is refused", () => {
  it.each<[string, string[], string, string | RegExp]>([
    ["a name that is none", add("Azure EU", NOWHERE), KEY, "<account>: must be lowercase letters, digits and hyphens"],
    ["the name of a provider", add("openai", NOWHERE), KEY, "<account>: is reserved; choose another name"],
    ["the name of the variables' account", add("default", NOWHERE), KEY, "<account>: is reserved; choose another name"],
    ["no kind", ["add", "eu", "--address", NOWHERE], KEY, "Say whose API it is, with --kind openai or --kind azure."],
    ["no address for azure", ["add", "eu", "--kind", "azure"], KEY, "--address: is needed: the address of the Azure"],
    ["an address that is none", add("eu", "azure.example"), KEY, "--address: must be an http or https address"],
    [
      "no key",
      add("eu", NOWHERE),
      " \n",
      "No key was given. Send it to standard input, or name a file with --key-file.",
    ],
    ["a key in two pieces", add("eu", NOWHERE), `${KEY}\n${OTHER_KEY}`, "API key: contains a space or a line break."],
    ["a key as an option", add("eu", NOWHERE, ["--key", KEY]), "", "A key must not be an argument: "],
    ["the same in one word", add("eu", NOWHERE, [`--key=${KEY}`]), "", "A key must not be an argument: "],
    ["a key as an argument", add("eu", NOWHERE, [KEY]), "", "A key must not be an argument: "],
    [
      "a key as its file",
      add("eu", NOWHERE, ["--key-file", KEY]),
      "",
      /--key-file names \(ENOENT\)\. Check its path\.$/m,
    ],
    ["the default's key", add("eu", NOWHERE), "k", `This is the key of the account "default".`],
    ["more than the key to replace", ["add", "eu", "--replace", "--kind", "azure"], KEY, "Leave out --kind."],
    ["a key for nobody", ["add", "eu", "--replace"], KEY, `No account is named "eu". To see which there are, run`],
    ["another key for the default", ["add", "default", "--replace"], KEY, "environment variables configure this"],
    ["to check nobody", ["check", "eu"], "", "`livedash provider list`"],
    ["to disable nobody", ["disable", "eu", "--reason", "Moving"], "", `No account is named "eu".`],
    ["to enable nobody", ["enable", "eu"], "", `No account is named "eu".`],
    ["to remove nobody", ["remove", "eu"], "", `No account is named "eu".`],
    ["to remove the default", ["remove", "default"], "", "The environment variables configure this account."],
  ])("%s", async (_, args, input, sentence) => {
    const answer = await provider(args, { input });
    expect(answer).toEqual(refused(sentence));
    expect(answer.stderr).toMatch(/^livedash: .+\n$/);
    expect(await accounts()).toEqual(["default"]);
  });

  it("a kind that nobody knows, with those that there are", async () => {
    const answer = await provider(["add", "eu", "--kind", "gemini"], { input: KEY });
    expect(answer).toEqual(refused(/'gemini' is invalid\. Allowed choices are openai, azure\./));
  });

  it("a key without LIVEDASH_SECRET, which would keep it", async () => {
    const answer = await provider(add("eu", NOWHERE), { input: KEY, env: { LIVEDASH_SECRET: "" } });
    expect(answer).toEqual(refused("LIVEDASH_SECRET"));
  });

  it("to remove one that has models, or batches in flight", async () => {
    const { rows } = pipeline.database;
    await rows.account({ id: "azure-eu" });
    const { id } = await rows.model({ name: "gpt-eu", accountId: "azure-eu" });
    expect(await provider(["remove", "azure-eu"])).toEqual(
      refused(`The account "azure-eu" has models (gpt-eu). Disable it instead.`),
    );
    await rows.batch({ id: "b1", provider: "azure-eu", model: "gpt-eu", leaseOwner: "azure-eu/1" });
    await pipeline.ctx.db.query(`DELETE FROM "AIModel" WHERE "id" = $1`, [id]);
    expect(await provider(["remove", "azure-eu"])).toEqual(refused("has 1 batch in flight. Disable it instead."));
    expect(await accounts()).toContain("azure-eu");
  });
});

it("no account is added where the built-in emulator answers, though it has answered nothing yet", async () => {
  const embedded = {
    DATABASE_URL: "",
    OPENAI_API_KEY: "",
    OPENAI_BASE_URL: "",
    LIVEDASH_DATA_DIR: join(folder, "data"),
  };
  const answer = await provider(add("azure-eu", azure.url), { input: KEY, env: embedded });
  expect(answer).toEqual(refused("The built-in emulator answers in this installation. Use a separate database"));
});

it("an emulator on its own names the variables of the API that it is like", async () => {
  const { child, says, finished } = startCommand(["emulator", "--shape", "azure"]);
  await says(/set AZURE_OPENAI_ENDPOINT=http:\S+ AZURE_OPENAI_API_KEY=anything\n/);
  child.kill("SIGTERM");
  expect(await finished).toMatchObject({ code: 0 });
});

it("an emulator whose time stands still moves when it is told to, and one whose time runs says how to start it", async () => {
  const tell = async (...flags: string[]) => {
    const { child, says, stdout, finished } = startCommand(["emulator", ...flags]);
    await says(/anything\n/);
    const url = /http:\S+\/v1/.exec(stdout())?.[0];
    const advance = async (ms: string) => {
      const reply = await fetch(new URL("/_emulator/advance", url), { method: "POST", body: JSON.stringify({ ms }) });
      return { status: reply.status, body: await reply.json() };
    };
    const replies = [await advance("0ms"), await advance("90s")] as const;
    child.kill("SIGTERM");
    expect(await finished).toMatchObject({ code: 0 });
    return replies;
  };
  const [still, moved] = await tell("--manual-clock");
  expect(moved).toEqual({ status: 200, body: { now: still.body.now + 90_000 } });
  const [, runs] = await tell();
  expect(runs).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining("manual clock") } } });
});
