const UNITS: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  mio: 1e6,
  million: 1e6,
  b: 1e9,
  bn: 1e9,
  billion: 1e9,
};

/** Not one that is part of a name, such as that of a model. */
const NUMBER = String.raw`(?<![\w.-])\d(?:[\d,._'\u00a0\u202f ]*\d)?`;
const UNIT = String.raw`(?:[ \u00a0\u202f]?(${Object.keys(UNITS).join("|")})s?\b)?`;
/** A number that is said to be the most, with the words behind it. */
const MOST = String.raw`\b(?:limit|maximum|max|quota|up to|at most|only|exceeds?|allowed)\b[^\d.;]{0,40}?`;
const LIMIT = new RegExp(String.raw`${MOST}(${NUMBER})${UNIT}((?:[ \u00a0/]+[a-z]+){0,3})`, "gi");
const TOKENS = /\btokens?\b/i;
const OTHER_THINGS = /^\W*(\w+ )?(batch|request|line|file|job|task|minute|second|hour|day|byte|char|mb|gb|kb)/i;

/**
 * The limit of enqueued tokens that a refusal names: `Limit: 2,000,000 enqueued tokens`, `30K`, `2 million`. Undefined where
 * it names none, as when it speaks of batches or requests.
 */
export function readTokenLimit(message: string): number | undefined {
  const limits = [...message.matchAll(LIMIT)].flatMap(([, number = "", unit, behind = ""]) => {
    const limit = Math.floor(toNumber(number, unit) * (UNITS[unit?.toLowerCase() ?? ""] ?? 1));
    const isOfTokens = TOKENS.test(behind);
    const isLimit = Number.isSafeInteger(limit) && limit > 0 && (isOfTokens || !OTHER_THINGS.test(behind));
    return isLimit ? [{ limit, isOfTokens }] : [];
  });
  return (limits.find(({ isOfTokens }) => isOfTokens) ?? limits[0])?.limit;
}

/** Marks between groups of three digits are left out, but for one before a unit: `1.500M` and `1,5 million` are fractions. */
function toNumber(text: string, unit: string | undefined): number {
  const grouped = /^\d{1,3}(?:([,._'\u00a0\u202f ])\d{3})(?:\1\d{3})*$/.exec(text);
  const isFraction = /^\d+[.,]\d+$/.test(text) && (unit !== undefined || !grouped);
  if (isFraction) return Number(text.replace(",", "."));
  return Number(text.replaceAll(/[^\d.]|\.(?=\d{3}(?:\D|$))/g, ""));
}
