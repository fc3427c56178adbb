import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import {
  currentKey,
  forgetPreviousSecret,
  keysOf,
  previousKey,
  readOrMakeSecret,
  replaceSecret,
} from "../../lib/secret/secret.ts";

const OLD = "the one that was in use until now, 1st";
const NEW = "that which comes in its place, the 2nd";

describe("a key", () => {
  const key = currentKey({ LIVEDASH_SECRET: OLD });

  it("is the same in every release: what was sealed stays open", () => {
    expect(key.id).toBe("15930cd7");
    expect(key.derive("sealing").toString("hex")).toBe(
      "092d01bb804b8a040605a193fad7c781a4aba36f731ecb191f86809381159e65",
    );
    expect(key.derive("audit").toString("hex")).toBe(
      "35ea475ac775f4ad2586a9aa0266629982677e68b2d2acfb12ae31f02f13a0c1",
    );
  });

  it("is another one for each purpose and each secret", () => {
    const purposes = ["sealing", "audit", "sign-in/platform", "sign-in/company"];
    const both = [key, currentKey({ LIVEDASH_SECRET: NEW })];
    const derived = both.flatMap(({ derive }) => purposes.map((purpose) => derive(purpose)));
    expect(new Set(derived.map((bytes) => bytes.toString("hex"))).size).toBe(8);
    expect(derived.map(({ length }) => length)).toEqual(Array(8).fill(32));
    expect(both[0]?.id).not.toBe(both[1]?.id);
  });
});

describe("of the secrets that are configured", () => {
  const current = { LIVEDASH_SECRET: NEW };
  const ids = (config: Parameters<typeof keysOf>[0]) => keysOf(config).map(({ id }) => id);
  const idOf = (secret: string) => currentKey({ LIVEDASH_SECRET: secret }).id;

  it("the new one seals, and both open, the new one first", () => {
    const both = { ...current, LIVEDASH_SECRET_PREVIOUS: OLD };
    expect(currentKey(both).id).toBe(idOf(NEW));
    expect(previousKey(both)?.id).toBe(idOf(OLD));
    expect(ids(both)).toEqual([idOf(NEW), idOf(OLD)]);
  });

  it("there is no previous one where none is set, or the same", () => {
    for (const previous of [undefined, "", NEW]) {
      const config = { ...current, LIVEDASH_SECRET_PREVIOUS: previous };
      expect(previousKey(config)).toBeUndefined();
      expect(ids(config)).toEqual([idOf(NEW)]);
    }
    expect(ids(current)).toEqual([idOf(NEW)]);
  });

  it("none is of use without a current one, and whoever needs it is told how to make it", () => {
    for (const config of [readConfig({}), { LIVEDASH_SECRET: undefined, LIVEDASH_SECRET_PREVIOUS: OLD }]) {
      expect(keysOf(config)).toEqual([]);
      const words = expect.stringMatching(/^LIVEDASH_SECRET is not set.*`openssl rand -base64 32`/);
      expect(() => currentKey(config)).toThrow(expect.objectContaining({ code: "no_secret", message: words }));
    }
  });
});

describe("the secret of an installation that has none configured", () => {
  let folder: string;
  let dataDir: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "livedash-secret-"));
    dataDir = join(folder, "not", "there yet");
  });
  afterEach(() => rm(folder, { recursive: true }));

  const inFile = (name: string) => readFile(join(dataDir, name), "utf8");
  const modeOf = async (name: string) => ((await stat(join(dataDir, name))).mode & 0o777).toString(8);

  it("is made once, good enough to be configured, and read ever after", async () => {
    const made = await readOrMakeSecret(dataDir);
    expect(made).toEqual({
      LIVEDASH_SECRET: expect.stringMatching(/^[\w-]{43}$/),
      LIVEDASH_SECRET_PREVIOUS: undefined,
    });
    expect(readConfig({ LIVEDASH_SECRET: made.LIVEDASH_SECRET }).LIVEDASH_SECRET).toBe(made.LIVEDASH_SECRET);
    expect(await readOrMakeSecret(dataDir)).toEqual(made);
    expect((await readOrMakeSecret(join(folder, "elsewhere"))).LIVEDASH_SECRET).not.toBe(made.LIVEDASH_SECRET);
  });

  it("is one for all who start together, whole from the first moment, and leaves nothing beside it", async () => {
    const all = await Promise.all(Array.from({ length: 40 }, () => readOrMakeSecret(dataDir)));
    expect(new Set(all.map(({ LIVEDASH_SECRET }) => LIVEDASH_SECRET)).size).toBe(1);
    expect(all[0]?.LIVEDASH_SECRET).toHaveLength(43);
    expect(await readdir(dataDir)).toEqual(["secret"]);
  });

  it.skipIf(process.platform === "win32")("can be read by its owner alone, and so can the one before it", async () => {
    await readOrMakeSecret(dataDir);
    expect(await modeOf("secret")).toBe("600");
    await replaceSecret(dataDir);
    expect([await modeOf("secret"), await modeOf("secret.previous")]).toEqual(["600", "600"]);
  });

  it("may have been put there by hand, with a line break behind it", async () => {
    await readOrMakeSecret(dataDir);
    await writeFile(join(dataDir, "secret"), `${NEW}\n`);
    await writeFile(join(dataDir, "secret.previous"), `${OLD}\r\n`);
    expect(await readOrMakeSecret(dataDir)).toEqual({ LIVEDASH_SECRET: NEW, LIVEDASH_SECRET_PREVIOUS: OLD });
  });

  it("gives way to a new one, and stays beside it until it is forgotten", async () => {
    const { LIVEDASH_SECRET: first } = await readOrMakeSecret(dataDir);
    const replaced = await replaceSecret(dataDir);
    expect(replaced.LIVEDASH_SECRET_PREVIOUS).toBe(first);
    expect(replaced.LIVEDASH_SECRET).toMatch(/^[\w-]{43}$/);
    expect(replaced.LIVEDASH_SECRET).not.toBe(first);
    expect(await readOrMakeSecret(dataDir)).toEqual(replaced);
    expect((await readdir(dataDir)).sort()).toEqual(["secret", "secret.previous"]);

    await forgetPreviousSecret(dataDir);
    const { LIVEDASH_SECRET } = replaced;
    expect(await readOrMakeSecret(dataDir)).toEqual({ LIVEDASH_SECRET, LIVEDASH_SECRET_PREVIOUS: undefined });
    await forgetPreviousSecret(dataDir);
    expect((await replaceSecret(dataDir)).LIVEDASH_SECRET_PREVIOUS).toBe(LIVEDASH_SECRET);
  });

  it("is not replaced again while the one before is still needed: that would be lost", async () => {
    await readOrMakeSecret(dataDir);
    const replaced = await replaceSecret(dataDir);
    expect(await replaceSecret(dataDir)).toEqual(replaced);
  });

  it("is replaced all the same where that was broken off before the new one was in place", async () => {
    const { LIVEDASH_SECRET: first } = await readOrMakeSecret(dataDir);
    await writeFile(join(dataDir, "secret.previous"), `${first}`);
    await writeFile(join(dataDir, "secret.new"), "half of a sec");
    expect(previousKey(await readOrMakeSecret(dataDir))).toBeUndefined();
    const replaced = await replaceSecret(dataDir);
    expect(replaced.LIVEDASH_SECRET_PREVIOUS).toBe(first);
    expect(replaced.LIVEDASH_SECRET).toMatch(/^[\w-]{43}$/);
    expect(replaced.LIVEDASH_SECRET).not.toBe(first);
    expect(await inFile("secret")).toBe(replaced.LIVEDASH_SECRET);
    expect((await readdir(dataDir)).sort()).toEqual(["secret", "secret.previous"]);
  });

  it.each(["secret", "secret.previous"])("is not passed over where %s cannot be read", async (name) => {
    await readOrMakeSecret(dataDir);
    await rm(join(dataDir, name), { force: true });
    await mkdir(join(dataDir, name));
    await expect(readOrMakeSecret(dataDir)).rejects.toMatchObject({ code: "EISDIR" });
  });
});
