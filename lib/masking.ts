/** Hides secrets in a text that comes from elsewhere. */
export type Mask = (text: string) => string;

const HIDDEN = "[hidden]";
/** So many characters of a secret in a row are hidden wherever they stand; of fewer, nothing can be made. */
const SHORTEST_PART = 8;
/** A shorter secret is hidden where it stands as a word of its own. */
const SHORTEST_WORD = 4;
const CHUNK = SHORTEST_PART / 2;

/** What looks like a secret, whoever's it is: of the account behind a gateway, of a proxy, or half starred out. */
const LOOKS_SECRET = [
  /(?<=\/\/)[^\s/@]+(?=@)/g,
  /\bsk-[\w*•….-]{6,}/gi,
  /(?<=\b(?:bearer|basic)\s)[^\s"',;]{12,}/gi,
  /[\w-]*[*•]{3,}[\w*•-]*/g,
];

/**
 * A mask for these secrets, as a whole and in parts. What looks like a secret is hidden too.
 * @param secrets values as configured; those that are unset or too short to be secret are passed over
 */
export function maskSecrets(secrets: Iterable<string | undefined>): Mask {
  const parts = new Set<string>();
  for (const secret of secrets) {
    // Whoever passes a text on may have taken line breaks for blanks, or out.
    for (const part of [secret ?? "", ...(secret ?? "").split(/[\s\p{Cc}]+/u)]) {
      if (part.length >= SHORTEST_WORD) parts.add(part);
    }
  }
  return (text) => {
    const known = LOOKS_SECRET.reduce((masked, pattern) => masked.replace(pattern, HIDDEN), text);
    const spans = [...parts].flatMap((part) => (part.length < SHORTEST_PART ? words(known, part) : runs(known, part)));
    return hide(known, spans);
  };
}

/** A mask that learns of secrets as they come: those of accounts are known only when they are opened. */
export function openMask(secrets: Iterable<string | undefined>): {
  mask: Mask;
  hide(more: Iterable<string | undefined>): void;
} {
  const all = new Set(secrets);
  let mask = maskSecrets(all);
  return {
    mask: (text) => mask(text),
    hide: (more) => {
      for (const secret of more) all.add(secret);
      mask = maskSecrets(all);
    },
  };
}

/** Masks every text within a value, as deep as plain objects and lists go; what is of a class stays as it is. */
export function maskWithin(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskWithin(item, mask));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, maskWithin(item, mask)]));
}

type Span = readonly [from: number, to: number];

function words(text: string, word: string): Span[] {
  const found: Span[] = [];
  for (let from = text.indexOf(word); from >= 0; from = text.indexOf(word, from + 1)) {
    const around = `${text[from - 1] ?? " "}${text[from + word.length] ?? " "}`;
    if (!/[\p{L}\p{N}]/u.test(around)) found.push([from, from + word.length]);
  }
  return found;
}

/** Where the text has as much of the secret in a row as counts: any such part holds a whole one of its chunks. */
function runs(text: string, secret: string): Span[] {
  const found: Span[] = [];
  for (let at = 0; at + CHUNK <= secret.length; at += CHUNK) {
    const chunk = secret.slice(at, at + CHUNK);
    for (let hit = text.indexOf(chunk); hit >= 0; hit = text.indexOf(chunk, hit + 1)) {
      let before = 0;
      while (before < Math.min(at, hit) && text[hit - before - 1] === secret[at - before - 1]) before++;
      let length = CHUNK;
      while (at + length < secret.length && text[hit + length] === secret[at + length]) length++;
      if (before + length >= SHORTEST_PART) found.push([hit - before, hit + length]);
    }
  }
  return found;
}

function hide(text: string, spans: readonly Span[]): string {
  let masked = "";
  let end = 0;
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (from >= end) masked += text.slice(end, from) + HIDDEN;
    end = Math.max(end, to);
  }
  return masked + text.slice(end);
}
