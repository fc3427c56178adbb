import { z } from "zod";
import { contextsOf, sayBroken } from "../../accounts/inAccount.ts";
import { type CallContext, defineOperation } from "../../api/operation.ts";
import { messageOf } from "../../errors.ts";
import { askProvider } from "../../pipeline/askProvider.ts";
import { isProviderError } from "../../providers/contract/errors.ts";
import { accountId, readAccountRow } from "./accountRow.ts";

const ANSWERS = ["answers", "refuses", "silent", "broken"] as const;

const may = z.object({
  batches: z.boolean().meta({ description: "Whether it lists batches." }),
  files: z.boolean().meta({ description: "Whether it lists files." }),
});

export const accountCheck = z.object({
  state: z
    .enum(ANSWERS)
    .meta({ description: "broken: it cannot be opened here, such as for want of its key's secret." }),
  message: z.string().nullable().meta({ description: "Why, if it does not answer as it should." }),
  may: may.nullable().meta({ description: "What its key may read. Whether it may send shows with the first batch." }),
});

export const checkProviderAccount = defineOperation({
  name: "checkProviderAccount",
  summary:
    "Asks an account whether it takes its key, and what that may read. A refusal holds its batches back, an answer lifts that.",
  method: "POST",
  path: "/api/admin/provider-accounts/{id}/check",
  permission: "spending.control",
  confirmed: "not needed",
  input: z.strictObject({ id: accountId }),
  example: { id: "azure-eu" },
  output: z.object({ check: accountCheck }),
  run: async (ctx, { id }) => {
    await readAccountRow(ctx.db, id);
    return { check: await check(ctx, id) };
  },
});

async function check(ctx: CallContext, id: string): Promise<z.input<typeof accountCheck>> {
  const { broken } = await ctx.accounts.list(ctx.db);
  const isBroken = broken.find(({ accountId }) => accountId === id);
  const account = (await contextsOf(ctx, "those_that_open")).find(({ accountId }) => accountId === id);
  if (!account) return { state: "broken", message: isBroken ? sayBroken(isBroken) : null, may: null };
  const asked = await askProvider(account);
  if (asked.kind !== "answers") {
    const state = asked.kind === "refuses" ? "refuses" : "silent";
    return { state, message: "message" in asked ? asked.message : null, may: null };
  }
  const since = ctx.clock.now();
  const batches = await tryReading(account.provider.listBatches(since));
  const files = await tryReading(account.provider.listInputFiles(since));
  return { state: "answers", message: batches ?? files, may: { batches: batches === null, files: files === null } };
}

/** Why it could not be read; null if it could. */
async function tryReading(list: AsyncIterable<unknown>): Promise<string | null> {
  try {
    for await (const _ of list) break;
    return null;
  } catch (error) {
    if (!isProviderError(error)) throw error;
    return messageOf(error);
  }
}
