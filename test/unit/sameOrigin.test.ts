import { describe, expect, it } from "vitest";
import { assertSameOrigin } from "../../lib/api/sameOrigin.ts";
import { refusal } from "../support/refusal.ts";

const HOST = "livedash.internal:3000";
const HERE = `http://${HOST}`;
const PUBLIC_URL = "https://livedash.example.com/dash/";

const check = (headers: Record<string, string>, config: { PUBLIC_URL?: string } = {}) =>
  assertSameOrigin(new Headers({ Host: HOST, ...headers }), config);

describe("a call with cookies is taken", () => {
  it.each<[string, Record<string, string>]>([
    ["from what is no browser", {}],
    ["from our own pages", { "Sec-Fetch-Site": "same-origin", Origin: HERE }],
    ["from our own pages, where the browser names no origin", { "Sec-Fetch-Site": "same-origin" }],
    ["that somebody has typed into a browser", { "Sec-Fetch-Site": "none" }],
    ["from our own pages in an older browser", { Origin: HERE }],
    ["whatever the proxy in front speaks", { Origin: `https://${HOST}` }],
  ])("%s", (_from, headers) => expect(() => check(headers)).not.toThrow());

  it.each([
    ["the public address", "https://livedash.example.com"],
    ["the same with its port", "https://livedash.example.com:443"],
    ["the same in capitals", "HTTPS://LiveDash.Example.COM"],
  ])("from %s, whatever host the proxy names", (_which, Origin) => {
    expect(() => check({ "Sec-Fetch-Site": "same-origin", Origin }, { PUBLIC_URL })).not.toThrow();
  });
});

describe("a call is refused as foreign", () => {
  it.each<[string, Record<string, string>]>([
    ["another site", { "Sec-Fetch-Site": "cross-site" }],
    ["a sister site", { "Sec-Fetch-Site": "same-site" }],
    ["another site that claims our origin", { "Sec-Fetch-Site": "cross-site", Origin: HERE }],
    ["a browser that says what nobody knows", { "Sec-Fetch-Site": "same-origin, none" }],
    ["another origin, in an older browser", { Origin: "https://evil.example" }],
    ["another origin, whatever else is said", { "Sec-Fetch-Site": "same-origin", Origin: "https://evil.example" }],
    ["another port of this machine", { Origin: "http://livedash.internal:4000" }],
    ["a name that begins as ours does", { Origin: "http://livedash.internal.evil.example:3000" }],
    ["a name that ends as ours does", { Origin: `http://not${HOST}` }],
    ["our name as a user's", { Origin: `http://${HOST}@evil.example` }],
    ["a page without an origin, such as one in a sandbox", { Origin: "null" }],
    ["what is no origin", { Origin: "" }],
  ])("from %s", (_from, headers) => {
    expect(() => check(headers)).toThrow(refusal("foreign_origin", "another site"));
    expect(() => check(headers, { PUBLIC_URL })).toThrow(refusal("foreign_origin"));
  });

  it.each([
    ["the address behind the proxy", HERE],
    ["the public name without TLS", "http://livedash.example.com"],
    ["the public name at another port", "https://livedash.example.com:8443"],
  ])("from %s, where there is a public address", (_which, Origin) => {
    expect(() => check({ Origin }, { PUBLIC_URL })).toThrow(refusal("foreign_origin"));
  });

  it("where it does not even say which host it is for", () => {
    for (const Origin of [HERE, "null"]) {
      expect(() => assertSameOrigin(new Headers({ Origin }), {})).toThrow(refusal("foreign_origin"));
    }
  });
});
