import { inspect } from "node:util";
import { expect } from "vitest";
import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import type { Fixture, Promised } from "../fixture.ts";
import { all, create, LONG_AGO, labelOf, NEVER, send, upload, uploadLines } from "../sendBatch.ts";

type Call = (fixture: Fixture) => Promise<unknown>;

const CALLS: Record<string, Call> = {
  check: ({ provider }) => provider.check(),
  uploadInput: (fixture) => upload(fixture, labelOf("b1"), ["{}"]),
  createBatch: (fixture) => create(fixture, "file-1"),
  retrieveBatch: ({ provider }) => provider.retrieveBatch("batch_1"),
  listBatches: ({ provider }) => all(provider.listBatches(LONG_AGO)),
  cancelBatch: ({ provider }) => provider.cancelBatch("batch_1"),
  openFile: async ({ provider }) => all((await provider.openFile("file-1", NEVER)).content),
  listInputFiles: ({ provider }) => all(provider.listInputFiles()),
  deleteFile: ({ provider }) => provider.deleteFile("file-1"),
};

/** What a refusal is about, by what comes back; `isFinal` as far as it is promised. */
const JUDGED: readonly [what: string, rule: object, expected: object][] = [
  ["no credit", { kind: "insufficient_quota" }, { code: "provider_quota_exhausted", fault: "credit" }],
  [
    "a refused key",
    refused(401, { message: "Incorrect API key provided", code: "invalid_api_key" }),
    { code: "provider_key_refused", fault: "access", isFinal: false },
  ],
  [
    "a refused model",
    refused(404, { message: "The model does not exist", code: "model_not_found" }),
    { code: "provider_model_refused", fault: "model" },
  ],
  [
    "a rate limit",
    refused(429, { retry_after: 7 }),
    { code: "provider_rate_limited", retryAfterMs: 7_000, isFinal: false },
  ],
  ["trouble of its own", refused(500, {}), { code: "provider_unreachable", fault: "busy", isFinal: false }],
  [
    "a page of something in between",
    refused(403, { body: "html", message: "Blocked" }),
    { code: "provider_unreachable" },
  ],
  ["something wrong with the call", refused(400, { message: "No." }), { code: "provider_refused", isFinal: true }],
];

function refused(status: number, params: object): object {
  return { kind: "http_error", params: { status, ...params } };
}

async function errorOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.fail("It was not refused."),
    (error: unknown) => error,
  );
}

/** Errors: of one kind, judged by whose fault they are, and fit to be shown. */
export const ERRORS: readonly Promised[] = [
  ...JUDGED.map(([what, rule, expected]) => ({
    name: `a refusal is judged: ${what}`,
    check: async (fixture: Fixture) => {
      const inputFileId = await uploadLines(fixture);
      await fixture.faults(rule);
      expect(await errorOf(create(fixture, inputFileId))).toMatchObject(expected);
    },
  })),
  {
    name: "a file that is too large is told as such",
    check: async (fixture) => {
      await fixture.faults("upload_too_large:bytes=1000");
      const error = await errorOf(uploadLines(fixture, "b1", 20));
      expect(error).toMatchObject({ code: "provider_too_large", fault: "size", limit: { of: "bytes" } });
    },
  },
  {
    name: "what does not exist is told as such",
    check: async ({ provider }) => {
      expect(await errorOf(provider.retrieveBatch("batch_none"))).toMatchObject({ code: "provider_not_found" });
      expect(await errorOf(provider.openFile("file-none", NEVER))).toMatchObject({ code: "provider_not_found" });
    },
  },
  {
    name: "a cancel that is refused is an answer",
    check: async (fixture) => {
      const { id } = await send(fixture);
      await fixture.faults("cancel_refused");
      expect(await errorOf(fixture.provider.cancelBatch(id))).toMatchObject({ isFinal: true });
    },
  },
  ...["http_error:status=500", "connection_reset", "html_200", "truncated_json"].map((fault) => ({
    name: `every call throws its own error alone: ${fault}`,
    check: async (fixture: Fixture) => {
      await fixture.faults(fault);
      for (const call of Object.values(CALLS)) expect(await errorOf(call(fixture))).toBeInstanceOf(ProviderError);
    },
  })),
  {
    name: "no error shows the key",
    check: async (fixture) => {
      await fixture.faults(refused(401, { message: `Incorrect API key provided: ${fixture.key}`, code: fixture.key }));
      for (const call of Object.values(CALLS)) {
        const shown = inspect(await errorOf(call(fixture)), { depth: 20, showHidden: true });
        expect(shown).not.toContain("C4nary");
      }
    },
  },
  {
    name: "after it was closed, nothing is sent",
    check: async (fixture) => {
      await fixture.provider.check();
      const before = await fixture.happened();
      await fixture.provider.close();
      expect(await errorOf(fixture.provider.check())).toBeInstanceOf(ProviderError);
      expect((await fixture.happened()).calls).toEqual(before.calls);
    },
  },
];
