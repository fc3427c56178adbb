import { describe, expect, it } from "vitest";
import { startEmulator } from "../../../emulator/server.ts";
import { expectAccessible } from "../axe.ts";
import { visit } from "../visit.ts";
import { admin, enterAs, server, testOperators } from "./support.ts";

testOperators();

describe("an operator", () => {
  it("makes a company, a model, a price, by keyboard alone where a form is", async () => {
    await visit(admin, `${server.url}/platform/companies`);
    await expectAccessible(admin);
    await admin.getByRole("button", { name: "New company" }).focus();
    await admin.keyboard.press("Enter");
    await admin.getByRole("dialog").waitFor();
    await admin.keyboard.type("Straßenbau Müller");
    await admin.keyboard.press("Enter");
    await admin.getByText("The company has been created.").waitFor();
    await admin.getByRole("link", { name: "Straßenbau Müller" }).click();
    await admin.getByRole("heading", { name: "Requests", exact: true }).waitFor();
    await expectAccessible(admin);
    await visit(admin, `${server.url}/platform/models`);
    await admin.getByRole("button", { name: "New model" }).click();
    await admin.getByRole("dialog").getByLabel("Name").fill("gpt-7-test");
    await admin.getByRole("button", { name: "Add model" }).click();
    await admin.getByRole("heading", { name: /gpt-7-test/ }).waitFor();
    await expectAccessible(admin);
    const accounts = admin.getByRole("table", { name: "Accounts at providers" });
    await accounts.getByRole("button", { name: "Disable" }).click();
    await admin.getByRole("dialog").getByLabel("Reason").fill("Moving to another account");
    await admin.getByRole("button", { name: "Disable account" }).click();
    await accounts.getByText("Disabled: Moving to another account").waitFor();
    await expectAccessible(admin);
    await accounts.getByRole("button", { name: "Enable" }).click();
    await admin.getByRole("button", { name: "Enable account" }).click();
    await accounts.getByText("In use").waitFor();
  });

  it("adds an account, replaces its key, checks, disables, enables and removes it", async () => {
    const key = "the-key-of-this-account";
    const azure = await startEmulator({ shape: "azure", apiKey: key });
    const owner = await enterAs("SUPER_ADMIN");
    try {
      await visit(owner, `${server.url}/platform/models`);
      const row = owner.getByRole("row", { name: /azure-test/ });
      const dialog = owner.getByRole("dialog");
      const press = (name: string) => row.getByRole("button", { name, exact: true }).click();
      const confirm = (name: string) => dialog.getByRole("button", { name, exact: true }).click();
      const check = async (said: string) => {
        await press("Check");
        await confirm("Check account");
        await dialog.getByText(said).waitFor();
        await expectAccessible(owner);
        await confirm("Close");
        await dialog.waitFor({ state: "detached" });
      };
      await owner.getByRole("button", { name: "New account" }).click();
      await dialog.getByLabel("Name").fill("azure-test");
      await dialog.getByLabel("Address").fill(azure.url);
      await dialog.getByLabel("API key").fill("another-key");
      await confirm("Add account");
      await row.getByText("In use").waitFor();
      await check("The account refuses its key.");
      await row.getByText("On hold").waitFor();
      await press("Replace key");
      await dialog.getByLabel("API key").fill(key);
      await expectAccessible(owner);
      await confirm("Replace key");
      await owner.getByText("The key of azure-test has been replaced.").waitFor();
      await check("The account takes its key.");
      await row.getByText("In use").waitFor();
      await press("Disable");
      await dialog.getByLabel("Reason").fill("Moving to another account");
      await confirm("Disable account");
      await row.getByText("Disabled: Moving to another account").waitFor();
      await press("Enable");
      await confirm("Enable account");
      await row.getByText("In use").waitFor();
      await press("Remove");
      await expectAccessible(owner);
      await confirm("Remove account");
      await row.waitFor({ state: "detached" });
      expect(await owner.content()).not.toContain(key);
      // What the configuration gives is changed there.
      const own = owner.getByRole("row", { name: /By the configuration/ });
      expect(await own.getByRole("button").allTextContents()).toEqual(["Check", "Disable"]);
    } finally {
      await owner.context().close();
      await azure.close();
    }
  });

  it("finds every other page without a fault", async () => {
    for (const path of [
      "/platform/keys",
      "/platform/keys/service-accounts",
      "/platform/users",
      "/platform/users?realm=company",
      "/platform/bulk",
      "/platform/results",
      "/account",
    ]) {
      await visit(admin, server.url + path);
      await admin.getByRole("heading", { level: 1 }).waitFor();
      await expectAccessible(admin);
    }
  });
});
