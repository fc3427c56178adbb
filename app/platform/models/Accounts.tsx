import type { z } from "zod";
import type { accountRow } from "../../../lib/admin/accounts/accountRow.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { Section } from "../../_ui/Section.tsx";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { AccountActions } from "./AccountActions.tsx";
import { ChangeAccount } from "./ChangeAccount.tsx";
import { NewAccount } from "./NewAccount.tsx";

type Account = z.output<typeof accountRow>;
/** Whether the viewer may add, change and remove accounts, and say what is sent to them. */
type May = { add: boolean; control: boolean };

const KINDS: Record<string, string> = { openai: "OpenAI", azure: "Azure OpenAI" };

/** The accounts to which requests are sent, and what their state is. */
export function Accounts({ accounts, may }: { accounts: Account[]; may: May }) {
  const columns: readonly Column<Account>[] = [
    { name: "Account", cell: ({ id }) => id },
    { name: "Provider", cell: ({ kind }) => (kind === null ? "By the configuration" : (KINDS[kind] ?? kind)) },
    { name: "Address", cell: ({ address }) => address ?? "" },
    { name: "In flight", isNumber: true, cell: ({ openBatches }) => openBatches },
    { name: "State", cell: (account) => <State {...account} /> },
    ...(may.add || may.control
      ? [{ name: "Actions", cell: (account: Account) => <Actions {...account} may={may} /> }]
      : []),
  ];
  return (
    <Section id="accounts" title="Accounts" aside={may.add ? <NewAccount /> : undefined}>
      <Table caption="Accounts at providers" columns={columns} rows={accounts} keyOf={({ id }) => id} />
    </Section>
  );
}

/** The key of the account that the variables configure is theirs, and so is whether there is one. */
function Actions({ id, kind, disabled, may }: Account & { may: May }) {
  return (
    <span className="flex flex-wrap gap-3">
      {may.control && <AccountActions id={id} isDisabled={disabled !== null} />}
      {may.add && kind !== null && <ChangeAccount id={id} />}
    </span>
  );
}

function State({ disabled, stopped }: Pick<Account, "disabled" | "stopped">) {
  if (disabled) return <StatusLabel tone="partial" word={`Disabled: ${disabled.reason ?? ""}`} />;
  if (stopped) return <StatusLabel tone="failed" word={`On hold: ${stopped.message}`} />;
  return <StatusLabel tone="done" word="In use" />;
}
