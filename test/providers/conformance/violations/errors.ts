import { ProviderError } from "../../../../lib/providers/contract/errors.ts";
import type { BatchProvider } from "../../../../lib/providers/contract/provider.ts";
import { KEY } from "../fixture.ts";
import { failing, type Violation } from "./violation.ts";

export const ERRORS: readonly Violation[] = [
  {
    name: "throws what its library throws",
    breaks: (provider) => failing(provider, ({ message }) => new Error(message)),
    caughtBy: "every call throws its own error alone: http_error:status=500",
  },
  ...(
    [
      ["takes a lack of credit for a rate limit", "provider_rate_limited", "a refusal is judged: no credit"],
      ["takes a refused key for an outage", "provider_unreachable", "a refusal is judged: a refused key"],
      [
        "takes a refused model for something that is not there",
        "provider_not_found",
        "a refusal is judged: a refused model",
      ],
      [
        "takes the page of a firewall for a refused key",
        "provider_key_refused",
        "a refusal is judged: a page of something in between",
      ],
      ["takes its own trouble for ours", "provider_refused", "a refusal is judged: trouble of its own"],
      ["takes what does not exist for an outage", "provider_unreachable", "what does not exist is told as such"],
      ["takes a file that is too large for a bad one", "provider_refused", "a file that is too large is told as such"],
    ] as const
  ).map(([name, code, caughtBy]) => ({
    name,
    breaks: (provider: BatchProvider) => failing(provider, ({ message }) => new ProviderError(code, message)),
    caughtBy,
  })),
  {
    name: "does not say how long to wait",
    breaks: (provider) => failing(provider, ({ code, message }) => new ProviderError(code, message)),
    caughtBy: "a refusal is judged: a rate limit",
  },
  {
    name: "takes any refusal for the last word",
    breaks: (provider) =>
      failing(
        provider,
        ({ code, message }) => new ProviderError(code, message, { isFinal: true, retryAfterMs: 7_000 }),
      ),
    caughtBy: "a refusal is judged: a rate limit",
  },
  {
    name: "takes no refusal for an answer",
    breaks: (provider) => failing(provider, ({ code, message }) => new ProviderError(code, message)),
    caughtBy: "a cancel that is refused is an answer",
  },
  {
    name: "repeats the key",
    breaks: (provider) => failing(provider, ({ code, message }) => new ProviderError(code, `${message} (key ${KEY})`)),
    caughtBy: "no error shows the key",
  },
  {
    name: "keeps what was thrown as the cause, headers and all",
    breaks: (provider) =>
      failing(provider, ({ code, message }) => {
        const cause = Object.assign(new Error("refused"), { headers: { authorization: `Bearer ${KEY}` } });
        return new ProviderError(code, message, { cause });
      }),
    caughtBy: "no error shows the key",
  },
  {
    name: "goes on after it was closed",
    breaks: (provider) => ({ ...provider, close: async () => {} }),
    caughtBy: "after it was closed, nothing is sent",
  },
];
