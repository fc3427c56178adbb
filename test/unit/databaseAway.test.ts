import { APIError } from "better-auth/api";
import { describe, expect, it } from "vitest";
import { refuseWhileAway } from "../../lib/api/databaseAway.ts";
import { LiveDashError } from "../../lib/errors.ts";

const coded = (code: string, message = "") => Object.assign(new Error(message), { code });

describe("a call that fails", () => {
  it.each([
    ["nobody listens", coded("ECONNREFUSED")],
    ["the server is being stopped", coded("57P01", "terminating connection due to administrator command")],
    ["no connection is free", coded("53300", "sorry, too many clients already")],
    ["the pool has waited for one", new Error("timeout exceeded when trying to connect")],
    ["the sign-in library has wrapped it", new APIError("INTERNAL_SERVER_ERROR", { cause: coded("ECONNRESET") })],
  ])("is refused for a while when %s", (_, error) => {
    expect(refuseWhileAway(error)).toMatchObject({ code: "database_unavailable", status: 503, retryAfter: 5 });
  });

  it.each([
    ["a statement is wrong", coded("42601", "syntax error")],
    ["a provider is away", new LiveDashError("provider_unreachable", "Away.", { cause: coded("ECONNREFUSED") })],
    ["nothing is known of it", undefined],
  ])("is a fault of ours when %s", (_, error) => {
    expect(refuseWhileAway(error)).toBeUndefined();
  });
});
