import { expect } from "vitest";
import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import type { Promised } from "../fixture.ts";
import { readResults, request, send, watchEnd } from "../sendBatch.ts";

const JUNK = ["", "{", "null", "[]", '"text"', "<html></html>", '{"error":"no"}', "\u{FEFF}{}", "\0\u{FFFF}"];

/** Lines: written so that every reader takes one for one, and read whatever they hold. */
export const LINES: readonly Promised[] = [
  {
    name: "a line is one line for every reader, and names its request",
    check: async ({ provider }) => {
      const user = "one\ntwo\r\nthree\u2028four\u2029five\u0085six";
      const line = provider.encodeLine(provider.endpoint, { ...request("request-1"), user });
      expect(line).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
      expect(provider.readRequestId(Buffer.from(line))).toBe("request-1");
    },
  },
  {
    name: "lines are written for each endpoint that is declared, and for no other",
    check: async ({ provider }) => {
      const { endpoints } = provider.capabilities;
      expect(endpoints).toContain(provider.endpoint);
      for (const endpoint of endpoints) expect(provider.encodeLine(endpoint, request("request-1"))).toContain(endpoint);
      expect(() => provider.encodeLine("/v1/constructor", request("request-1"))).toThrow(ProviderError);
    },
  },
  {
    name: "no line makes the reader throw",
    check: async ({ provider }) => {
      for (const text of JUNK) {
        expect(provider.readLine(Buffer.from(text)).kind).toBe("unreadable");
        expect(provider.readRequestId(Buffer.from(text))).toBeNull();
      }
    },
  },
  {
    name: "an answer comes with its text and its usage",
    check: async (fixture) => {
      const lines = await readResults(fixture, await watchEnd(fixture, (await send(fixture, 1)).id));
      expect(lines).toMatchObject([{ kind: "answer", requestId: "request-1" }]);
      const [line] = lines;
      if (line?.kind !== "answer") return;
      expect(JSON.parse(line.text)).toEqual({ language: expect.any(String) });
      expect(line.usage.promptTokens).toBeGreaterThan(0);
      expect(line.usage.completionTokens).toBeGreaterThan(0);
    },
  },
  ...(
    [
      ["line_error:status=401", { code: "line_rejected", fault: "access", usage: null }],
      ["line_error:status=429", { code: "line_rate_limited", fault: "busy", usage: null }],
      ["line_error:status=500", { code: "line_server_error", fault: "busy", usage: null }],
      ["line_refusal", { code: "answer_refused", fault: null }],
      ["line_cut_off:finish_reason=length", { code: "answer_cut_off", fault: null }],
      ["line_cut_off:finish_reason=content_filter", { code: "answer_filtered", fault: null }],
    ] as const
  ).map(([fault, expected]) => ({
    name: `a failure is judged, and was paid for or not: ${fault}`,
    check: async (fixture: Parameters<Promised["check"]>[0]) => {
      await fixture.faults(fault);
      const lines = await readResults(fixture, await watchEnd(fixture, (await send(fixture, 1)).id));
      expect(lines).toMatchObject([{ kind: "failure", requestId: "request-1", ...expected }]);
      if (expected.fault === null) expect(lines).toMatchObject([{ usage: { promptTokens: expect.any(Number) } }]);
    },
  })),
];
