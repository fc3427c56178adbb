import { describe, expect, it } from "vitest";
import { systemClock } from "../../lib/clock.ts";
import { readSignInCall } from "../../lib/signIn/readSignInCall.ts";
import { SIGN_IN_CALLS } from "../../lib/signIn/signInCalls.ts";
import { refusal } from "../support/refusal.ts";

const PASSWORD = "correct horse battery staple";

interface Sent {
  method?: "GET" | "POST";
  body?: unknown;
  headers?: Record<string, string>;
  query?: string;
}

/** What the sign-in library gets of a call that a browser has made. */
function read(path: string, sent: Sent = {}, realm: "platform" | "company" = "platform"): Promise<Request> {
  const { method = "POST", body, query = "" } = sent;
  const headers = { "Content-Type": "application/json", ...sent.headers };
  const text = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
  const request = new Request(`https://livedash.example.com/whatever${query}`, { method, headers, ...text });
  return readSignInCall(request, { realm, path, requestId: "request-1" }, systemClock);
}

const SIGN_IN = "/sign-in/email";
const credentials = { email: "ada@example.com", password: "secret" };

describe("of a sign-in call, the library gets", () => {
  it("the address of its realm, without anything behind it", async () => {
    const call = await read(SIGN_IN, { body: credentials, query: "?callbackURL=https://evil.example&x=1" });
    expect(call.url).toBe(`https://livedash.example.com/api/auth/platform${SIGN_IN}`);
    expect(call.method).toBe("POST");
    const session = await read("/get-session", { method: "GET", query: "?disableCookieCache=true" }, "company");
    expect(session.url).toBe("https://livedash.example.com/api/auth/company/get-session");
    expect(session.body).toBeNull();
  });

  it("the headers that it needs, and the call's id as we know it", async () => {
    const passed = {
      host: "livedash.example.com",
      origin: "https://livedash.example.com",
      referer: "https://livedash.example.com/sign-in",
      cookie: "a=b",
      "user-agent": "Firefox",
      "sec-fetch-site": "same-origin",
      "sec-fetch-mode": "cors",
      "sec-fetch-dest": "empty",
      "x-livedash-client-ip": "192.0.2.1",
    };
    const kept = {
      authorization: "Bearer x",
      "x-forwarded-for": "198.51.100.7",
      "x-forwarded-host": "evil.example",
      "x-livedash-request-id": "forged",
      "x-captcha-response": "x",
    };
    for (const sent of [{ body: credentials }, { method: "GET" as const }]) {
      const call = await read("method" in sent ? "/get-session" : SIGN_IN, {
        ...sent,
        headers: { ...passed, ...kept },
      });
      const { "content-type": _type, ...given } = Object.fromEntries(call.headers);
      expect(given).toEqual({ ...passed, "x-livedash-request-id": "request-1" });
    }
  });

  it("a body as it was checked: trimmed, and with what is not for the caller to choose", async () => {
    const code = await read("/two-factor/verify-totp", { body: { code: " 123456 " } });
    expect(await code.json()).toEqual({ code: "123456" });
    const change = { currentPassword: "the old one", newPassword: PASSWORD };
    const changed = await read("/change-password", { body: change });
    expect(changed.headers.get("content-type")).toBe("application/json");
    expect(await changed.json()).toEqual({ ...change, revokeOtherSessions: true });
    expect(await (await read("/sign-out")).json()).toEqual({});
  });
});

describe("a sign-in call is refused", () => {
  it("where there is none of its name, or not of its method", async () => {
    const missing = refusal("not_found", "does not exist");
    for (const path of ["/sign-up/email", "/update-user", "/sign-in/email/", "/SIGN-OUT", "", "/two-factor/disable"]) {
      await expect(read(path, { body: {} }), path).rejects.toEqual(missing);
    }
    for (const [path, { method }] of SIGN_IN_CALLS) {
      await expect(read(path, { method: method === "GET" ? "POST" : "GET" }), path).rejects.toEqual(missing);
    }
  });

  it.each<[string, object, string]>([
    [SIGN_IN, { ...credentials, rememberMe: true }, "unknown field rememberMe"],
    [SIGN_IN, { ...credentials, callbackURL: "https://evil.example" }, "unknown field callbackURL"],
    [SIGN_IN, { email: "ada" }, "email: is not an email address; password: is required"],
    [SIGN_IN, { ...credentials, password: "x".repeat(201) }, "password: must have at most 200 characters"],
    ["/two-factor/verify-totp", { code: "123456", trustDevice: true }, "unknown field trustDevice"],
    ["/two-factor/verify-totp", { code: " 12345 " }, "code: must have at least 6 characters"],
    ["/sign-out", { everywhere: true }, "unknown field everywhere"],
    [
      "/change-password",
      { currentPassword: "x", newPassword: PASSWORD, revokeOtherSessions: false },
      "revokeOtherSessions: must be true",
    ],
    ["/change-password", { currentPassword: PASSWORD, newPassword: PASSWORD }, "newPassword: must differ"],
    ["/reset-password", { token: "t", newPassword: "abababababab" }, "newPassword: must use more different characters"],
    ["/reset-password", { token: "t", newPassword: "short" }, "newPassword: must have at least 12 characters"],
  ])("%s with %j", async (path, body, words) => {
    await expect(read(path, { body })).rejects.toEqual(refusal("invalid_input", words));
  });

  it("that is no JSON, of another type or too large", async () => {
    await expect(read(SIGN_IN, { body: "{" })).rejects.toEqual(refusal("invalid_input", "is not valid JSON"));
    const form = { body: "email=a&password=b", headers: { "Content-Type": "application/x-www-form-urlencoded" } };
    await expect(read(SIGN_IN, form)).rejects.toEqual(refusal("unsupported_media_type"));
    const large = { ...credentials, password: "x".repeat(10_000) };
    await expect(read(SIGN_IN, { body: large })).rejects.toEqual(refusal("too_large", "larger than 10000 bytes"));
  });

  it("without repeating a password", async () => {
    const fault = await read(SIGN_IN, { body: { email: "x", password: "t0ps3cret" } }).catch(String);
    expect(fault).not.toContain("t0ps3cret");
  });
});
