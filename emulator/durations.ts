import { z } from "zod";

const units: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration: milliseconds as a number, or a text such as `500ms`, `2s`, `1.5m`, `24h`. Gives milliseconds. */
export const durationSchema = z.union([z.number().min(0), z.string()]).transform((value, context) => {
  if (typeof value === "number") return value;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value.trim());
  const unit = units[match?.[2] ?? "ms"];
  if (!match || unit === undefined) {
    context.addIssue({ code: "custom", message: `"${value}" is not a duration. Write it as 500ms, 2s, 1.5m or 24h` });
    return z.NEVER;
  }
  return Number(match[1]) * unit;
});

const rangeSchema = z.strictObject({ min: durationSchema, max: durationSchema });

/** A duration or a range of durations: 500, `2s`, `2s-5s`, `{ min: 100, max: 500 }`. Gives `{ min, max }` in ms. */
export const durationRangeSchema = z
  .union([
    z.number(),
    z.string(),
    z.strictObject({ min: z.union([z.number(), z.string()]), max: z.union([z.number(), z.string()]) }),
  ])
  .transform((value) => {
    if (typeof value === "object") return value;
    const [min = "", max = min] = String(value).split("-");
    return { min, max };
  })
  .pipe(rangeSchema)
  .refine(({ min, max }) => min <= max, {
    message: "the first duration of a range must not be longer than the second",
  });

export type DurationRange = z.output<typeof durationRangeSchema>;

/** A duration of a range, in milliseconds. */
export function drawDuration({ min, max }: DurationRange, random: () => number): number {
  return min + random() * (max - min);
}
