import { type Random, randomInteger } from "../random.ts";
import { unsupportedSchema } from "./schema.ts";

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const range = (from: string, to: string) =>
  Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, i) =>
    String.fromCharCode(from.charCodeAt(0) + i),
  );
const digits = range("0", "9");
const wordCharacters = [...range("a", "z"), ...range("A", "Z"), ...digits, "_"];
const without = (set: string[]) => printable.filter((character) => !set.includes(character));
const classes: Record<string, string[]> = {
  d: digits,
  D: without(digits),
  w: wordCharacters,
  W: without(wordCharacters),
  s: [" "],
  S: without([" "]),
};

/** Reads a pattern from left to right and writes a text that it matches. */
class PatternWriter {
  readonly #pattern: string;
  readonly #random: Random;
  #at = 0;

  constructor(pattern: string, random: Random) {
    this.#pattern = pattern;
    this.#random = random;
  }

  write(): string {
    const text = this.#alternatives();
    if (this.#at < this.#pattern.length) throw this.#unsupported();
    return text;
  }

  #alternatives(): string {
    const options = [this.#sequence()];
    while (this.#peek() === "|") {
      this.#at += 1;
      options.push(this.#sequence());
    }
    return options[randomInteger(this.#random, 0, options.length - 1)] ?? "";
  }

  #sequence(): string {
    let text = "";
    while (this.#at < this.#pattern.length && this.#peek() !== "|" && this.#peek() !== ")") {
      const start = this.#at;
      const once = this.#atom();
      const afterAtom = this.#at;
      const times = this.#times();
      const end = this.#at;
      if (times > 0) text += once;
      for (let i = 1; i < times; i++) {
        this.#at = start;
        text += this.#atom();
      }
      this.#at = Math.max(end, afterAtom);
    }
    return text;
  }

  #atom(): string {
    const character = this.#next();
    if (character === "^" || character === "$") return "";
    if (character === ".") return this.#one(wordCharacters);
    if (character === "[") return this.#one(this.#set());
    if (character === "\\") return this.#one(this.#escape());
    if (character !== "(") return character;
    if (this.#peek() === "?") {
      this.#at += 1;
      if (this.#next() !== ":") throw this.#unsupported();
    }
    const inner = this.#alternatives();
    if (this.#next() !== ")") throw this.#unsupported();
    return inner;
  }

  #set(): string[] {
    const negated = this.#peek() === "^";
    if (negated) this.#at += 1;
    const members: string[] = [];
    while (this.#peek() !== "]") {
      const character = this.#next();
      const from = character === "\\" ? this.#escape() : [character];
      const isRange = from.length === 1 && this.#peek() === "-" && this.#pattern[this.#at + 1] !== "]";
      if (!isRange) members.push(...from);
      else {
        this.#at += 1;
        members.push(...range(from[0] ?? character, this.#next()));
      }
    }
    this.#at += 1;
    return negated ? without(members) : members;
  }

  #escape(): string[] {
    const character = this.#next();
    const known = classes[character];
    if (known) return known;
    if (/[a-zA-Z0-9]/.test(character)) throw this.#unsupported();
    return [character];
  }

  #times(): number {
    const rest = this.#pattern.slice(this.#at);
    const match = /^(?:([?*+])|\{(\d+)(,?)(\d*)\})\??/.exec(rest);
    if (!match) return 1;
    this.#at += match[0].length;
    const [, sign, least, comma, most] = match;
    if (sign === "?") return randomInteger(this.#random, 0, 1);
    if (sign) return randomInteger(this.#random, sign === "+" ? 1 : 0, 8);
    const min = Number(least);
    return randomInteger(this.#random, min, comma === "" ? min : most ? Number(most) : min + 8);
  }

  #one(set: string[]): string {
    if (set.length === 0) throw this.#unsupported();
    return set[randomInteger(this.#random, 0, set.length - 1)] ?? "";
  }

  #peek(): string | undefined {
    return this.#pattern[this.#at];
  }

  #next(): string {
    const character = this.#pattern[this.#at];
    if (character === undefined) throw this.#unsupported();
    this.#at += 1;
    return character;
  }

  #unsupported() {
    return unsupportedSchema("the emulator cannot write a text for one of its patterns");
  }
}

/** A text that matches a pattern of literals, sets, groups, alternatives and counts; another pattern is a 400. */
export function fromPattern(pattern: string, random: Random): string {
  return new PatternWriter(pattern, random).write();
}
