import { RefusedError } from "../../../lib/api/errors.ts";
import { type CallContext, callOperation } from "../../../lib/api/operation.ts";
import { readQuestion } from "../../../lib/company/questions/readQuestion.ts";
import type { Filter } from "./filter.ts";

/** The words of the question that a filter names by its id; undefined if it names none, or one that is gone. */
export async function askedQuestion(ctx: CallContext, { questionId }: Filter): Promise<string | undefined> {
  if (!questionId) return undefined;
  try {
    return (await callOperation(ctx, readQuestion, { id: questionId })).question.content;
  } catch (error) {
    // Neither is the page itself refused by this: it has no sessions, or says what is wrong with the filter.
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}
