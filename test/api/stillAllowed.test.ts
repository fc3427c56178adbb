import { expect, it, vi } from "vitest";
import { findKeyActor } from "../../lib/auth/apiKeys.ts";
import { readStillAllowed } from "../../lib/auth/stillAllowed.ts";
import { addKey } from "../support/people.ts";
import { startTestConsole } from "./support.ts";

it("all keys whose calls last are asked about in one statement, however many there are", async () => {
  const console_ = await startTestConsole();
  const { ctx } = console_;
  try {
    const keys = await Promise.all(Array.from({ length: 20 }, () => addKey(ctx, "SUPPORT")));
    const found = await Promise.all(keys.map(({ key }) => findKeyActor(ctx, "platform", key, null)));
    const actors = found.flatMap((actor) => (actor && actor.kind !== "refused" ? [actor] : []));
    expect(actors).toHaveLength(20);
    await console_.sql(`UPDATE "ApiKey" SET "revokedAt" = now() WHERE "id" = $1`, [actors[0]?.id]);
    const query = vi.spyOn(ctx.db, "query");
    const isAllowed = await readStillAllowed(ctx, actors);
    expect(query).toHaveBeenCalledTimes(1);
    query.mockRestore();
    expect(actors.map((actor) => isAllowed(actor, "requests.read"))).toEqual([false, ...Array(19).fill(true)]);
    expect(actors.some((actor) => isAllowed(actor, "users.write"))).toBe(false);
  } finally {
    await console_.close();
  }
});
