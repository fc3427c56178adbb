const FEWEST_CHARACTERS = 32;
/** Of 30 neighbouring threes, random text has hardly one twice; of 31 steps from one character to the next, 20 that differ. */
const FEWEST_THREES = 24;
const FEWEST_STEPS = 8;
/** What is left without the words that people put where a secret belongs. */
const FEWEST_OF_ITS_OWN = 20;
const PLACEHOLDERS =
  /change[\W_]*(?:me|this|it)|replace[\W_]*(?:me|this|it)?|secret|passw(?:or)?d|password|livedash|example|placeholder|default|your|insert|random|please|(?:some|any)thing|string|value|here|production|key|test/gi;

/** How to make one; said after the variable's name. */
export const GUESSABLE =
  "is too easy to guess. Make one with `openssl rand -base64 32`: at least 32 characters, no words, nothing repeated. To replace one in use, set the old one as LIVEDASH_SECRET_PREVIOUS and run `livedash admin rotate-secret` (docs/operations/secret.md)";

/** Whether somebody could guess a secret: too short, repeated, a row of neighbours, or a placeholder that was left in place. */
export function isGuessable(secret: string): boolean {
  return (
    secret.length < FEWEST_CHARACTERS ||
    countDifferent(secret, 3, (three) => three) < FEWEST_THREES ||
    countDifferent(secret, 2, stepOf) < FEWEST_STEPS ||
    secret.replaceAll(PLACEHOLDERS, "").replaceAll(/[\W_]/g, "").length < FEWEST_OF_ITS_OWN
  );
}

function countDifferent(text: string, length: number, what: (part: string) => string | number): number {
  const parts = Array.from({ length: text.length - length + 1 }, (_, at) => what(text.slice(at, at + length)));
  return new Set(parts).size;
}

/** How far the second of two characters lies from the first. */
function stepOf(two: string): number {
  return two.charCodeAt(1) - two.charCodeAt(0);
}
