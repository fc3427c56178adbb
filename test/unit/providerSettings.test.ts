import { describe, expect, it } from "vitest";
import { readConfig } from "../../lib/config.ts";
import { LiveDashError, messageOf } from "../../lib/errors.ts";
import { readHeaders, secretsIn } from "../../lib/providerSettings.ts";

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(LiveDashError);
    expect(error).toMatchObject({ code: "invalid_configuration" });
    return messageOf(error);
  }
  throw new Error("It was taken.");
}

const CANARY = "canary7391";

describe("what cannot be sent to the provider is refused by name, and its value is not shown", () => {
  it.each([
    [`sk-${CANARY}\n`, /starts or ends with a space or a line break/],
    [` sk-${CANARY}`, /starts or ends/],
    [`sk-${CANARY}\u00a0`, /starts or ends/],
    [`\ufeffsk-${CANARY}`, /starts or ends/],
    ["   ", /starts or ends/],
    [`sk-\n${CANARY}`, /contains a space or a line break/],
    [`sk-\r\n${CANARY}`, /contains a space or a line break/],
    [`Bearer sk-${CANARY}`, /contains a space or a line break/],
    [`"sk-${CANARY}"`, /quotes around it/],
    [`'sk-${CANARY}'`, /quotes around it/],
    [`sk-${CANARY}\u0000`, /cannot be sent/],
    [`sk-${CANARY}\u200b`, /cannot be sent/],
    [`sk–${CANARY}é`, /cannot be sent/],
    [`sk-${CANARY}\u007f`, /cannot be sent/],
  ])("a key such as %j", (key, sentence) => {
    for (const name of ["OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"]) {
      const message = refusal({ [name]: key });
      expect(message).toMatch(sentence);
      expect(message).toContain(name);
      expect(message).not.toContain(CANARY);
    }
  });

  it.each([
    [`https://ann:${CANARY}@api.example.com/v1`, /must not contain a user name or password/],
    [`https://${CANARY}@api.example.com/v1`, /must not contain a user name or password/],
    [`https://api.example.com/v1\n${CANARY}`, /must be an http or https address/],
    [`https://api.example.com/v1 `, /must be an http or https address/],
    [`ftp://${CANARY}.example.com`, /must be an http or https address/],
    [CANARY, /must be an http or https address/],
    [`https://api.example.com/v1#${CANARY}`, /must not contain a #/],
  ])("an address such as %j", (address, sentence) => {
    const message = refusal({ OPENAI_BASE_URL: address });
    expect(message).toMatch(sentence);
    expect(message).toContain("OPENAI_BASE_URL");
    expect(message).not.toContain(CANARY);
  });

  it.each([
    `x-key ${CANARY}`,
    `x key: ${CANARY}`,
    `x-ok: 1\nx-key: ${CANARY}é`,
    "x-key:",
    `Authorization: Bearer ${CANARY}`,
  ])("headers such as %j", (headers) => {
    const message = refusal({ OPENAI_CUSTOM_HEADERS: headers });
    expect(message).toContain("OPENAI_CUSTOM_HEADERS");
    expect(message).not.toContain(CANARY);
  });

  it.each(["ftp://proxy:21", "://", "http://", `http://ann:%zz${CANARY}@proxy:3128`])("a proxy such as %j", (proxy) => {
    for (const name of ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY"]) {
      const message = refusal({ [name]: proxy });
      expect(message).toContain(`${name.toUpperCase()} must be the address of an http proxy`);
      expect(message).not.toContain(CANARY);
    }
  });
});

describe("what can be sent is taken as it is", () => {
  it.each(["sk-proj-abc_DEF-123", "anything", "k", "a+b/c==", "eyJhbGciOi.J9.x", "~!@#$%^&*(){}|"])(
    "a key %j",
    (key) => {
      expect(readConfig({ OPENAI_API_KEY: key }).OPENAI_API_KEY).toBe(key);
    },
  );

  it("proxies in either case, with a protocol or without", () => {
    expect(readConfig({ https_proxy: "proxy.example.com:3128", HTTP_PROXY: "http://a:b@10.0.0.1" })).toMatchObject({
      HTTPS_PROXY: "http://proxy.example.com:3128/",
      HTTP_PROXY: "http://a:b@10.0.0.1/",
    });
    expect(readConfig({ no_proxy: "a", NO_PROXY: "b" }).NO_PROXY).toBe("b");
  });

  it("headers, one a line", () => {
    const text = "cf-aig-authorization: Bearer abc def\n\n x-team : 7: b \n";
    expect(readConfig({ OPENAI_CUSTOM_HEADERS: text }).OPENAI_CUSTOM_HEADERS).toBe(text);
    expect(readHeaders(text)).toEqual({ "cf-aig-authorization": "Bearer abc def", "x-team": "7: b" });
  });
});

it("knows what of it is secret", () => {
  const config = readConfig({
    OPENAI_API_KEY: "the-key",
    OPENAI_CUSTOM_HEADERS: "x-gateway: the-header",
    HTTPS_PROXY: "http://ann:p%40ss@proxy",
  });
  expect(secretsIn(config)).toEqual(expect.arrayContaining(["the-key", "the-header", "ann", "p%40ss", "p@ss"]));
});
