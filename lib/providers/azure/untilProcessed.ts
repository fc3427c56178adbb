import { ProviderError } from "../contract/errors.ts";
import { asFields, asText } from "../openai/fields.ts";
import type { Upload } from "../openai/openaiProvider.ts";
import { toRefusal } from "../openai/toProviderError.ts";

const PAUSE_MS = 1_000;
const LONGEST_MS = 600_000;
const GOES_ON = new Set(["uploaded", "pending", "notrunning", "running", "processing"]);
const WENT_WRONG = new Set(["error", "failed"]);
const GONE = new Set(["deleting", "deleted"]);

/**
 * An upload is looked through before a batch can be made of it. One that says nothing of that, or something that is not known, is
 * taken as it is: whether it can be used is found out when it is. That it cannot be looked up for a while says nothing of it.
 * @throws ProviderError what it was rejected for, `provider_not_found` if it is gone, `provider_unreachable` after ten minutes,
 *   `provider_rate_limited` if the provider asks for a wait that ends later
 */
export async function untilProcessed({ reply, retrieve, sleep }: Upload): Promise<void> {
  let file = asFields(reply);
  let unseen: ProviderError | undefined;
  for (let waited = 0; ; ) {
    const status = (asText(file?.status) ?? "").toLowerCase();
    if (WENT_WRONG.has(status)) throw rejected(file?.status_details);
    if (GONE.has(status)) throw new ProviderError("provider_not_found", "The provider has deleted the input file.");
    if (unseen === undefined && !GOES_ON.has(status)) return;
    const pause = Math.max(PAUSE_MS, unseen?.retryAfterMs ?? 0);
    if (waited + pause > LONGEST_MS) throw unseen?.retryAfterMs === undefined ? neverProcessed(unseen) : unseen;
    await sleep(pause);
    waited += pause;
    try {
      file = asFields(await retrieve());
      unseen = undefined;
    } catch (error) {
      // Not of an account that is stopped: no look helps then.
      if (!(error instanceof ProviderError && error.retryable)) throw error;
      unseen = error;
    }
  }
}

function neverProcessed(cause: ProviderError | undefined): ProviderError {
  const sentence = "The provider has not looked through the input file in ten minutes.";
  return new ProviderError("provider_unreachable", sentence, { cause });
}

/** By its words, as what is refused at the call. */
function rejected(details: unknown): ProviderError {
  const why = asText(details) ?? asText(asFields(details)?.message) ?? "no reason was given";
  const code = asText(asFields(details)?.code);
  return toRefusal("looking through the input file", { code, message: why });
}
