import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { environmentSchema, readConfig } from "../../lib/config.ts";
import { parseDuration } from "../../lib/duration.ts";
import { LiveDashError } from "../../lib/errors.ts";
import { secretsIn } from "../../lib/providerSettings.ts";

describe("the configuration", () => {
  it("has the defaults that are documented", () => {
    expect(readConfig({})).toMatchObject({
      BATCH_CREATION_INTERVAL: 600_000,
      BATCH_POLLING_INTERVAL: 120_000,
      CSV_IMPORT_INTERVAL: 900_000,
      BATCH_LEASE_DURATION: 60_000,
      BATCH_SETTLE_TIME: 30_000,
      HOST: "127.0.0.1",
      PORT: 3000,
    });
  });

  it("takes an empty variable for one that is not set", () => {
    expect(readConfig({ OPENAI_API_KEY: "", PORT: "" })).toMatchObject({ PORT: 3000 });
    expect(readConfig({ OPENAI_API_KEY: "" }).OPENAI_API_KEY).toBeUndefined();
  });

  it("names every variable that is wrong, and what is wrong with it", () => {
    const read = () =>
      readConfig({ PORT: "80a", BATCH_POLLING_ENABLED: "yes", BATCH_MAX_LINES: "100001", DATABASE_URL: "x" });
    expect(read).toThrow(LiveDashError);
    expect(read).toThrow(/PORT must be a whole number/);
    expect(read).toThrow(/BATCH_POLLING_ENABLED must be true or false/);
    expect(read).toThrow(/BATCH_MAX_LINES must be between 1 and 100000/);
    expect(read).toThrow(/DATABASE_URL must start with postgresql/);
  });

  it("takes an address that names a schema, if the queue can be named after it", () => {
    const inSchema = (name: string) => readConfig({ DATABASE_URL: `postgresql://a@b/c?schema=${name}` });
    expect(inSchema("acme_2").DATABASE_URL).toContain("schema=acme_2");
    for (const name of ["Acme", "a-b", "2nd", "", "a%20b", "a".repeat(44)])
      expect(() => inSchema(name)).toThrow(/schema/);
  });

  it("takes one provider, and no key of Azure's without its address", () => {
    const azure = { AZURE_OPENAI_ENDPOINT: "https://name.openai.azure.com", AZURE_OPENAI_API_KEY: "the-key" };
    expect(readConfig(azure)).toMatchObject(azure);
    expect(() => readConfig({ AZURE_OPENAI_API_KEY: "the-key" })).toThrow(/AZURE_OPENAI_ENDPOINT is not/);
    for (const other of [{ OPENAI_API_KEY: "k" }, { OPENAI_BASE_URL: "https://example.com/v1" }]) {
      expect(() => readConfig({ ...azure, ...other })).toThrow(/both name a provider/);
    }
    expect(secretsIn(azure)).toContain("the-key");
  });

  it("takes a mail server with a sender and the console's own address, or not at all", () => {
    const whole = {
      SMTP_URL: "smtps://me:secret-of-mail@mail.example.com",
      MAIL_FROM: "LiveDash <livedash@example.com>",
      PUBLIC_URL: "https://livedash.example.com",
    };
    expect(readConfig(whole)).toMatchObject(whole);
    expect(() => readConfig({ SMTP_URL: whole.SMTP_URL })).toThrow(/Set MAIL_FROM and PUBLIC_URL/);
    expect(() => readConfig({ ...whole, SMTP_URL: "https://mail.example.com" })).toThrow(/SMTP_URL must be an smtp/);
    const unencrypted = "smtp://mail.example.com?requireTLS=false";
    expect(readConfig({ ...whole, SMTP_URL: unencrypted }).SMTP_URL).toBe(unencrypted);
    for (const said of ["requireTLS=no", "requireTLS=", "requireTLS=true&requireTLS=false"]) {
      const SMTP_URL = `smtp://mail.example.com?${said}`;
      expect(() => readConfig({ ...whole, SMTP_URL })).toThrow(
        /SMTP_URL may contain requireTLS once, as true or false/,
      );
    }
    for (const MAIL_FROM of ["livedash", "a@b\nBcc: c@d"])
      expect(() => readConfig({ ...whole, MAIL_FROM })).toThrow(/MAIL_FROM/);
    expect(secretsIn(whole)).toContain("secret-of-mail");
  });

  it("is explained in .env.example, every variable and no other", () => {
    const example = readFileSync(resolve(import.meta.dirname, "../../.env.example"), "utf8");
    const named = [...example.matchAll(/^# ([A-Z][A-Z_]+)=/gm)].map((match) => match[1]);
    expect(named.sort()).toEqual(Object.keys(environmentSchema.shape).sort());
  });

  it("is explained in README, every variable", () => {
    const readme = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8");
    for (const name of Object.keys(environmentSchema.shape)) expect(readme, name).toContain(`\`${name}\``);
  });
});

describe("a duration", () => {
  it.each([
    ["500ms", 500],
    ["2m", 120_000],
    ["1.5s", 1_500],
    ["1 h", 3_600_000],
    ["7d", 604_800_000],
  ])("%s", (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each(["", "5", "m", "-1s", "1e3s", "2 weeks"])("%j is none", (text) =>
    expect(parseDuration(text)).toBeUndefined(),
  );
});
