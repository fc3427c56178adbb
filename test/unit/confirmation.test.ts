import { describe, expect, it } from "vitest";
import { assertConfirmed, isConfirmed, needsConfirmation } from "../../lib/api/stepUp.ts";
import type { Actor } from "../../lib/auth/actor.ts";
import type { Permission } from "../../lib/auth/permissions.ts";
import { refusal } from "../support/refusal.ts";

const NOW = new Date("2026-11-26T12:00:00Z");
const ctx = { clock: { now: () => NOW, sleep: async () => {} } };
const ago = (minutes: number, ms = 0) => new Date(NOW.getTime() - minutes * 60_000 - ms);

const named = { id: "a", name: "ada@example.com", permissions: new Set<Permission>() };
const person = { ...named, displayName: "Ada", sessionId: "s", hasSecondFactor: true, pending: undefined };
const limits = { expiresAt: NOW, allowedAddresses: [] };
const PEOPLE: ((confirmed: boolean) => Actor)[] = [
  (confirmed) => ({ ...person, kind: "user", role: "SUPER_ADMIN", confirmed }),
  (confirmed) => ({ ...person, kind: "company_user", role: "ADMIN", companyId: "c", confirmed }),
];
const PROGRAMS: Actor[] = [
  { ...named, ...limits, kind: "key", role: "SUPER_ADMIN", ownerId: undefined },
  { ...named, ...limits, kind: "company_key", companyId: "c" },
  { ...named, kind: "command" },
];

describe("a second factor that was given once more", () => {
  it("counts for ten minutes", () => {
    expect(isConfirmed(ctx, NOW)).toBe(true);
    expect(isConfirmed(ctx, ago(9, 59_999))).toBe(true);
    expect(isConfirmed(ctx, ago(10))).toBe(false);
  });

  it("does not count where it never was given", () => {
    expect(isConfirmed(ctx, null)).toBe(false);
    expect(isConfirmed(ctx, undefined)).toBe(false);
  });

  it("is asked of people before all that changes something, unless the operation says otherwise", () => {
    for (const as of PEOPLE) {
      for (const method of ["POST", "PATCH", "DELETE"]) {
        expect(() => assertConfirmed(as(false), { method })).toThrow(
          refusal("second_factor_needed", "repeat the call within 10 minutes"),
        );
        expect(() => assertConfirmed(as(true), { method })).not.toThrow();
        expect(() => assertConfirmed(as(false), { method, confirmed: "not needed" })).not.toThrow();
      }
      expect(() => assertConfirmed(as(false), { method: "GET" })).not.toThrow();
    }
  });

  it("is asked of no program, which has none", () => {
    for (const actor of PROGRAMS) expect(() => assertConfirmed(actor, { method: "DELETE" })).not.toThrow();
  });

  it("is not needed to read", () => {
    expect(needsConfirmation({ method: "GET" })).toBe(false);
    expect(needsConfirmation({ method: "POST" })).toBe(true);
    expect(needsConfirmation({ method: "POST", confirmed: "not needed" })).toBe(false);
  });
});
