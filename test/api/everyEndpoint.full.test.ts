import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EndpointBench, openEndpointBench } from "./endpointBench.ts";
import { type Change, ENDPOINTS, takesAnyText, wrongValues } from "./endpoints.ts";

const TOO_LARGE = 1_000_001;

let bench: EndpointBench;
beforeAll(async () => {
  bench = await openEndpointBench();
});
afterAll(() => bench?.console_.close());
beforeEach(() => bench.forgetCalls());

// Who may call it, and what it answers: in the fast suite.
describe.each(ENDPOINTS.map((endpoint) => [`${endpoint.method} ${endpoint.path}`, endpoint] as const))(
  "%s",
  (_, endpoint) => {
    it("takes no field that it does not know, and none twice", async () => {
      const refuses = async (change: Change) => {
        const { status, body } = await bench.ask(endpoint, bench.entitled(endpoint), change);
        expect({ change, status, code: body?.error?.code }).toEqual({ change, status: 400, code: "invalid_input" });
      };
      await refuses({ query: "surely_unknown=1" });
      await refuses({ query: "twice=1&twice=1" });
      if (!endpoint.body) return;
      await refuses({ body: { surely_unknown: 1 } });
      await refuses({
        rawBody: JSON.stringify(endpoint.body.example).replace(/^\{/, '{"__proto__":{"a":1},').replace(",}", "}"),
      });
      for (const rawBody of ["{", "[]", "null", '"text"', "1"]) await refuses({ rawBody });
    });

    it("takes no value of another type, nor beyond its limits", async () => {
      const refuses = async (change: Change) => {
        const { status, body } = await bench.ask(endpoint, bench.entitled(endpoint), change);
        expect({ change, status, body }).toMatchObject({ status: 400 });
        expect(body.error.code).toMatch(/^invalid_/);
      };
      for (const { name, schema, ...parameter } of endpoint.parameters) {
        if (parameter.in !== "query") continue;
        const { overLimit } = wrongValues(schema);
        if (!takesAnyText(schema)) await refuses({ parameters: { [name]: "\u0001 no such value" } });
        if (overLimit !== undefined) await refuses({ parameters: { [name]: String(overLimit) } });
      }
      for (const [name, schema] of Object.entries(endpoint.body?.fields ?? {})) {
        const { wrongType, overLimit } = wrongValues(schema);
        await refuses({ body: { [name]: wrongType } });
        if (overLimit !== undefined) await refuses({ body: { [name]: overLimit } });
      }
    });

    it("takes no body of another type, nor a larger one", async () => {
      if (endpoint.method === "GET") return;
      const other = endpoint.bodyType ? "application/json" : "text/plain";
      expect((await bench.ask(endpoint, bench.entitled(endpoint), { type: other })).status).toBe(415);
      expect(
        (await bench.ask(endpoint, bench.entitled(endpoint), { type: "multipart/form-data; boundary=x" })).status,
      ).toBe(415);
      if (endpoint.bodyType) return;
      const rawBody = `{"reason":"${"x".repeat(TOO_LARGE)}"}`;
      expect((await bench.ask(endpoint, bench.entitled(endpoint), { rawBody })).status).toBe(413);
    });
  },
);
