import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

const css = await readFile(new URL("../../app/tokens.css", import.meta.url), "utf8");
const tokens = new Map(
  [...css.matchAll(/--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [
    name,
    { light: light ?? "", dark: dark ?? "" },
  ]),
);

const GROUNDS = ["paper", "surface", "sunken"];
const TEXTS = ["ink", "ink-soft", "ink-faint", "accent", "waiting", "running", "done", "partial", "failed"];

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(["light", "dark"] as const)("the %s colours", (scheme) => {
  it.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))(
    "%s can be read on %s",
    (text, ground) => {
      const [over, under] = [tokens.get(text)?.[scheme], tokens.get(ground)?.[scheme]];
      expect(contrast(over ?? "", under ?? "")).toBeGreaterThanOrEqual(4.5);
    },
  );
});
