import { describe, expect, it, vi } from "vitest";
import { isProviderError, ProviderError } from "../../lib/providers/contract/errors.ts";

describe("an error of the provider", () => {
  it("is known as one also when another bundle has made it", async () => {
    vi.resetModules();
    const other = await import("../../lib/providers/contract/errors.ts");
    const foreign = new other.ProviderError("provider_not_found", "It is not there.");
    expect(foreign).not.toBeInstanceOf(ProviderError);
    expect(isProviderError(foreign)).toBe(true);
    expect(isProviderError(new Error("It is not there."))).toBe(false);
  });
});
