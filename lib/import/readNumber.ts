import { NOTHING } from "./nothing.ts";

const PLAIN = /^[+-]?(?:\d{1,18}(?:[.,]\d{1,30})?|[.,]\d{1,30})(?:[eE][+-]?\d{1,2})?$/;
/** Digits in groups of three, by points, commas, apostrophes or blanks, and another sign before the decimals. */
const GROUPED =
  /^[+-]?\d{1,3}(?:(?<group>[.,'’ ])\d{3})(?:\k<group>\d{3}){0,5}(?:(?!\k<group>)(?<decimal>[.,])\d{1,30})?$/;
/** Whole numbers have no decimals: one sign before three digits groups them. */
const WHOLE_GROUPED = /^[1-9]\d{0,2}(?:[.,]\d{3})+$/;
const BLANKS = /[\s\u00A0\u2007\u202F]+/g;
const CURRENCY = /^(?:€|EUR) ?| ?(?:€|EUR)$/gi;

/**
 * A number as people and spreadsheets write it: `1.5`, `1,5`, `1.234,56`, `1 234.5`, `0,01 €`. One point or comma alone parts
 * decimals.
 * @returns null for an empty cell, NaN for what is no number
 */
export function readNumber(text: string | null): number | null {
  const written = (text ?? "").replace(BLANKS, " ").trim().replace(CURRENCY, "");
  if (NOTHING.test(written)) return null;
  if (PLAIN.test(written)) return Number(written.replace(",", "."));
  const { group, decimal } = GROUPED.exec(written)?.groups ?? {};
  const isSure =
    group !== undefined && (decimal !== undefined || !/[.,]/.test(group) || written.split(group).length > 2);
  if (!isSure) return Number.NaN;
  return Number(written.replaceAll(group, "").replace(",", "."));
}

/** The same of a number that is whole: `1.234` is 1234, `1.5` stays what it is. */
export function readWholeNumber(text: string | null): number | null {
  const written = text?.trim() ?? "";
  return WHOLE_GROUPED.test(written) ? Number(written.replaceAll(/[.,]/g, "")) : readNumber(text);
}
