import { ProviderError } from "../contract/errors.ts";
import { asFields, asText } from "../openai/fields.ts";
import type { Upload } from "../openai/openaiProvider.ts";

const PAUSE_MS = 1_000;
const MOST_PAUSES = 600;
const GOES_ON = new Set(["uploaded", "pending", "notrunning", "running", "processing"]);
const WENT_WRONG = new Set(["error", "failed", "deleting", "deleted"]);

/**
 * An upload is looked through before a batch can be made of it. One that says nothing of that, or something that is not known, is
 * taken as it is: whether it can be used is found out when it is.
 * @throws ProviderError `provider_refused` if it was looked through and rejected, `provider_unreachable` after ten minutes
 */
export async function untilProcessed({ reply, retrieve, sleep }: Upload): Promise<void> {
  let file = asFields(reply);
  for (let pauses = 0; ; pauses++) {
    const status = (asText(file?.status) ?? "").toLowerCase();
    if (WENT_WRONG.has(status)) {
      const why = asText(file?.status_details) ?? "no reason was given";
      throw new ProviderError("provider_refused", `The provider rejected the input file: ${why}`);
    }
    if (!GOES_ON.has(status)) return;
    if (pauses >= MOST_PAUSES) {
      throw new ProviderError(
        "provider_unreachable",
        "The provider has not looked through the input file in ten minutes.",
      );
    }
    await sleep(PAUSE_MS);
    file = asFields(await retrieve());
  }
}
