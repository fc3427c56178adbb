import { expect, it } from "vitest";
import { sessionAnalysis } from "../../lib/analysis/sessionAnalysis.ts";
import { runCommand } from "../support/cli.ts";
import { addSessions, runUntilIdle, startPipelineInOwnTime } from "../support/pipeline.ts";

it("results and reanalyse say what there is and what it would cost, and do it with --yes alone", async () => {
  const pipeline = await startPipelineInOwnTime();
  try {
    await addSessions(pipeline.ctx, 3);
    await runUntilIdle(pipeline.ctx);
    const now = sessionAnalysis.version;
    await pipeline.ctx.db.query(`UPDATE "AnalysisResult" SET "version" = $1`, [now - 1]);
    const run = (...args: string[]) => runCommand(args, { DATABASE_URL: pipeline.database.url });
    expect(await run("results")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`session-analysis, version ${now - 1}, gpt-6-luna: 3 shown, 0 not shown`),
    });
    const older = ["reanalyse", "--below-version", String(now), "--company", "Acme"];
    const dry = await run(...older, "--dry-run");
    expect(dry.stdout).toMatch(/^Sessions to analyse again: 3\. That costs .*\nNothing was changed/);
    expect(await run(...older, "--dry-run", "--yes")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("not both"),
    });
    expect((await run(...older, "--yes")).stdout).toContain("Requested: 3.");
    await runUntilIdle(pipeline.ctx);
    const back = ["results", "switch", "--of-version", String(now - 1)];
    expect((await run(...back)).stdout).toContain("show another one: 3.\nNothing was changed");
    expect((await run(...back, "--yes")).stdout).toContain("Switched: 3.");
    expect(JSON.parse((await run(...back, "--yes", "--json")).stdout)).toMatchObject({
      matched: null,
      job: { state: "done", outcome: { switched: 0 } },
    });
    expect(await run("results", "switch")).toMatchObject({ code: 1, stderr: expect.stringContaining("a version") });
  } finally {
    await pipeline.close();
  }
});
