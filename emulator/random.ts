import { hash } from "node:crypto";

/** A source of numbers in [0, 1). */
export type Random = () => number;

/** Mulberry32: small, fast, and the same for the same seed. Not for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** SHA-1 of a text as 40 hex digits: names things by their content, protects nothing. */
export function digest(text: string): string {
  return hash("sha1", text, "hex");
}

/** A source that always gives the same numbers for the same text. */
export function randomFrom(text: string): Random {
  return seededRandom(Number.parseInt(digest(text).slice(0, 8), 16));
}

/** A whole number between `min` and `max`, both included. */
export function randomInteger(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** `length` letters and digits. */
export function randomLetters(random: Random, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}
