import { z } from "zod";
import { faultFilterSchema } from "./filter.ts";
import { findFault } from "./registry.ts";
import type { FaultRule } from "./rule.ts";

const filterNames = new Set(Object.keys(faultFilterSchema.shape));

const faultObjectSchema = z.strictObject({
  kind: z.string(),
  /** Chance that the rule fires where it matches, 0 to 1. */
  rate: z.number().min(0).max(1).default(1),
  /** How often it fires at most. */
  count: z.union([z.literal("once").transform(() => 1), z.number().int().min(1)]).optional(),
  /** How many matches pass before it may fire. */
  skip: z.number().int().min(0).default(0),
  filter: faultFilterSchema.default({}),
  params: z.record(z.string(), z.unknown()).default({}),
});

/** `kind[:rate|once|3x|3][:name=value,...]` as an object; names are those of the filter, `skip`, or the kind's own. */
function parseFaultText(text: string): z.input<typeof faultObjectSchema> {
  const [, head = "", settings = ""] = /^([^=]*?)(?::([^:=]+=.*))?$/s.exec(text) ?? [];
  const [kind = "", ...parts] = head.split(":");
  const rule: z.input<typeof faultObjectSchema> = { kind };
  const filter: Record<string, string> = {};
  const params: Record<string, unknown> = {};
  for (const part of parts) {
    if (part === "once") rule.count = "once";
    else if (/^\d+x$|^[2-9]$|^\d{2,}$/.test(part)) rule.count = Number.parseInt(part, 10);
    else if (/^[01](\.\d+)?$|^\.\d+$/.test(part)) rule.rate = Number(part);
    else params[part] = "true";
  }
  for (const setting of settings === "" ? [] : settings.split(",")) {
    const [name = "", ...value] = setting.split("=");
    if (name === "skip") rule.skip = Number(value.join("="));
    else if (filterNames.has(name)) filter[name] = value.join("=");
    else params[name] = value.length === 0 ? "true" : value.join("=");
  }
  return { ...rule, filter, params };
}

/** A fault as a flag's text or as an object, checked against its kind. Gives a rule without an id. */
export const faultInputSchema = z
  .union([z.string().transform(parseFaultText), faultObjectSchema])
  .pipe(faultObjectSchema)
  .transform((input, context): Omit<FaultRule, "id"> => {
    const fault = findFault(input.kind);
    if (!fault) {
      context.addIssue({
        code: "custom",
        message: `there is no fault "${input.kind}"; GET /_emulator/faults lists them`,
      });
      return z.NEVER;
    }
    const params = fault.params.safeParse(input.params);
    if (!params.success) {
      const problems = params.error.issues.map((issue) => `${issue.path.join(".") || "params"}: ${issue.message}`);
      context.addIssue({ code: "custom", message: `fault "${input.kind}": ${problems.join("; ")}` });
      return z.NEVER;
    }
    const { kind, rate, skip, filter, count } = input;
    return { kind, rate, left: count ?? null, skip, fired: 0, filter, params: input.params };
  });
