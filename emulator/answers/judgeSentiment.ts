import type { Signal } from "./words/wordIndex.ts";

export type Sentiment = "POSITIVE" | "NEUTRAL" | "NEGATIVE";

const glad = /[😀😃😄😁😆😂🤣😊🙂🥰😍🤩😋🥳🎉💪👏❤💛💙💚🥹🎂🎈]/u;
const sad = /[😠😡🤬😤😢😭😩😫💔]/u;
const insistent = /!{2,}|\?{2,}/;
const shouted = /\?!|!\?|\p{Lu}{4,} \p{Lu}{3,}/u;

/** How the user feels, by the words and signs of each message. Displeasure weighs double: it is said in fewer words. */
export function judgeSentiment(
  messages: readonly string[],
  signals: readonly ReadonlyMap<Signal, number>[],
): Sentiment {
  const balance = messages.reduce((sum, message, index) => {
    const negative = (signals[index]?.get("negative") ?? 0) + Number(sad.test(message));
    const positive = (signals[index]?.get("positive") ?? 0) + Number(glad.test(message));
    const loud = insistent.test(message) ? negative > 0 || positive === 0 : negative > 0 && shouted.test(message);
    return sum + positive - 2 * negative - Number(loud);
  }, 0);
  return balance > 0 ? "POSITIVE" : balance < 0 ? "NEGATIVE" : "NEUTRAL";
}
