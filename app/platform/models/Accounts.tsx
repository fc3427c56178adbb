import type { z } from "zod";
import type { accountRow } from "../../../lib/admin/accounts/accountRow.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { Section } from "../../_ui/Section.tsx";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { AccountActions } from "./AccountActions.tsx";
import { NewAccount } from "./NewAccount.tsx";

type Account = z.output<typeof accountRow>;

const KINDS: Record<string, string> = { openai: "OpenAI", azure: "Azure OpenAI" };

/** The accounts to which requests are sent, and what their state is. */
export function Accounts({ accounts, may }: { accounts: Account[]; may: { add: boolean; control: boolean } }) {
  const columns: readonly Column<Account>[] = [
    { name: "Account", cell: ({ id }) => id },
    { name: "Provider", cell: ({ kind }) => (kind === null ? "By the configuration" : (KINDS[kind] ?? kind)) },
    { name: "Address", cell: ({ address }) => address ?? "" },
    { name: "In flight", isNumber: true, cell: ({ openBatches }) => openBatches },
    { name: "State", cell: (account) => <State {...account} /> },
    ...(may.control
      ? [
          {
            name: "Actions",
            cell: ({ id, disabled }: Account) => <AccountActions id={id} isDisabled={disabled !== null} />,
          },
        ]
      : []),
  ];
  return (
    <Section id="accounts" title="Accounts" aside={may.add ? <NewAccount /> : undefined}>
      <Table caption="Accounts at providers" columns={columns} rows={accounts} keyOf={({ id }) => id} />
    </Section>
  );
}

function State({ disabled, stopped }: Pick<Account, "disabled" | "stopped">) {
  if (disabled) return <StatusLabel tone="partial" word={`Disabled: ${disabled.reason ?? ""}`} />;
  if (stopped) return <StatusLabel tone="failed" word={`On hold: ${stopped.message}`} />;
  return <StatusLabel tone="done" word="In use" />;
}
