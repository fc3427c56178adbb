import { describe, expect, it } from "vitest";
import { visit } from "../visit.ts";
import { ADMIN, console_, open, page, testDashboard, title } from "./support.ts";

testDashboard();

describe("the other company", () => {
  it("has sessions that cannot be told from missing ones", async () => {
    const shown: (string | undefined)[] = [];
    for (const id of ["b14", "missing", "no%20id"]) {
      expect(await open(`/dashboard/sessions/${id}`, ADMIN)).toBe(404);
      await title("Session not found");
      shown.push(await page.getByRole("main").innerHTML());
      if (id !== "no%20id") await page.context().close();
    }
    expect(new Set(shown).size).toBe(1);
  });

  it("sees its own, and nothing of this one", async () => {
    expect(await open("/dashboard/sessions/b14", "bo@bolt.example")).toBe(200);
    expect(await page.getByText("Message 0 of b14").isVisible()).toBe(true);
    await visit(page, `${console_.server.url}/dashboard/sessions?search=acme`);
    await title("0 sessions");
    await visit(page, `${console_.server.url}/dashboard/sessions/b14?search=acme`);
    await title(/^Session of /);
    expect(await page.getByRole("navigation", { name: "Sessions of this list" }).count()).toBe(0);
    await visit(page, `${console_.server.url}/dashboard?questionId=aq1`);
    await title(/^0 sessions/);
    expect(await page.getByText("How does thing 1 work?").count()).toBe(0);
  });

  it("is closed to the platform's users: they are no company's", async () => {
    for (const path of ["/dashboard", "/dashboard/sessions", "/dashboard/sessions/a14"]) {
      await open(path, "sam@example.com");
      await page.waitForURL(/\/sign-in\?realm=company(&next=|$)/);
      if (path !== "/dashboard/sessions/a14") await page.context().close();
    }
  });
});
