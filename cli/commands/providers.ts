import { checkProviderAccount } from "../../lib/admin/accounts/checkProviderAccount.ts";
import { disableProviderAccount } from "../../lib/admin/accounts/disableProviderAccount.ts";
import { enableProviderAccount } from "../../lib/admin/accounts/enableProviderAccount.ts";
import { listProviderAccounts } from "../../lib/admin/accounts/listProviderAccounts.ts";
import { removeProviderAccount } from "../../lib/admin/accounts/removeProviderAccount.ts";
import { callOperation } from "../../lib/api/operation.ts";
import { atCommandLine } from "../commandActor.ts";
import { reasonOf } from "../given.ts";
import { ofAccount } from "../ofAccount.ts";
import { print, printJson, textTable } from "../printed.ts";
import { openPipelineRuntime } from "../runtime.ts";
import { withOperations } from "../withRuntime.ts";

const HEAD = ["ACCOUNT", "KIND", "ADDRESS", "MODELS", "IN FLIGHT", "STATE"];

export function list({ json }: { json?: boolean }): Promise<void> {
  return withOperations(async (ctx) => {
    const answer = await callOperation(ctx, listProviderAccounts, {});
    if (json) return printJson(answer);
    const lines = answer.accounts.map(({ id, kind, address, models, openBatches, disabled, stopped }) => {
      const state = disabled
        ? `disabled: ${disabled.reason ?? ""}`
        : stopped
          ? `on hold: ${stopped.message}`
          : "in use";
      return [id, kind ?? "(by variables)", address ?? "", models.join(", "), openBatches, state];
    });
    print(textTable(HEAD, lines));
  });
}

/** Asks one account, or all. The exit code is 1 if one does not answer as it should. */
export async function check(id: string | undefined, { json }: { json?: boolean }): Promise<void> {
  const runtime = await openPipelineRuntime({ defaults: { LOG_LEVEL: "fatal" } });
  try {
    const ctx = atCommandLine(runtime.ctx);
    const { accounts } = await callOperation(ctx, listProviderAccounts, {});
    const ids = id === undefined ? accounts.map((account) => account.id) : [id];
    const checks = [];
    for (const id of ids) {
      const { check } = await ofAccount(id, () => callOperation(ctx, checkProviderAccount, { id }));
      checks.push({ id, ...check });
    }
    if (json) printJson({ checks });
    else print(checks.map((checked) => `${checked.id}: ${sayCheck(checked)}\n`).join(""));
    if (checks.some(({ state }) => state !== "answers")) process.exitCode = 1;
  } finally {
    await runtime.close();
  }
}

function sayCheck({
  state,
  message,
  may,
}: {
  state: string;
  message: string | null;
  may: Record<string, boolean> | null;
}) {
  if (state !== "answers" || !may) return `${state === "silent" ? "cannot be reached" : state}. ${message ?? ""}`;
  const refused = Object.entries(may).flatMap(([what, isAllowed]) => (isAllowed ? [] : [what]));
  return refused.length === 0
    ? "takes its key"
    : `takes its key, but may not read ${refused.join(" and ")}. ${message ?? ""}`;
}

export function disable(id: string, options: { reason: string }): Promise<void> {
  const reason = reasonOf(options.reason);
  return withOperations(async (ctx) => {
    const { changed, settled } = await ofAccount(id, () => callOperation(ctx, disableProviderAccount, { id, reason }));
    print(changed ? `The account ${id} is disabled. Nothing new is sent to it.\n` : `${id} was disabled already.\n`);
    if (!settled) print("A batch was being created at that moment. It may still have gone through.\n");
  });
}

export function enable(id: string): Promise<void> {
  return withOperations(async (ctx) => {
    const { changed } = await ofAccount(id, () => callOperation(ctx, enableProviderAccount, { id }));
    print(changed ? `The account ${id} is enabled.\n` : `${id} was not disabled.\n`);
  });
}

export function remove(id: string): Promise<void> {
  return withOperations(async (ctx) => {
    await ofAccount(id, () => callOperation(ctx, removeProviderAccount, { id }));
    print(`The account ${id} has been removed.\n`);
  });
}
