import { digest } from "../../random.ts";
import { type AnswerContext, type Completion, inputsOf, inputUsage } from "./endpoint.ts";

/** The answer of /v1/moderations: nothing is ever flagged. */
export function moderation(body: Record<string, unknown>, context: AnswerContext): Completion {
  const names = ["harassment", "hate", "illicit", "self-harm", "sexual", "violence"];
  const results = inputsOf(body).map(() => ({
    flagged: false,
    categories: Object.fromEntries(names.map((name) => [name, false])),
    category_scores: Object.fromEntries(names.map((name) => [name, 0.0001])),
  }));
  return {
    usage: inputUsage(body),
    whole: true,
    body: { id: `modr-${digest(context.idSeed).slice(0, 24)}`, model: body.model, results },
  };
}
