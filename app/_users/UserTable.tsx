import type { z } from "zod";
import type { userRow } from "../../lib/admin/users/userRow.ts";
import { type Column, Table } from "../_kit/Table.tsx";
import { StatusLabel } from "../_ui/StatusLabel.tsx";
import { Time } from "../_ui/Time.tsx";
import { UserActions, type UsersApi } from "./UserActions.tsx";

type User = Omit<z.output<typeof userRow>, "realm" | "companyId" | "companyName"> & { companyName?: string | null };

interface UserTableProps {
  users: readonly User[];
  canWrite: boolean;
  self: string;
  api: UsersApi;
}

/** Nobody changes themselves here: `self` has no actions. */
export function UserTable({ users, canWrite, self, api }: UserTableProps) {
  const isOfMany = users.some(({ companyName }) => typeof companyName === "string");
  const columns: Column<User>[] = [
    { name: "Address", cell: ({ email }) => email },
    { name: "Name", cell: ({ name }) => name },
    { name: "Role", cell: ({ role }) => role.toLowerCase().replaceAll("_", " ") },
    ...(isOfMany ? [{ name: "Company", cell: ({ companyName }: User) => companyName }] : []),
    { name: "State", cell: stateOf },
    { name: "Two-factor", cell: ({ twoFactorEnabled }) => (twoFactorEnabled ? "set up" : "none") },
    { name: "Last seen", cell: ({ lastSeenAt }) => (lastSeenAt ? <Time iso={lastSeenAt} /> : "not signed in") },
    ...(canWrite
      ? [{ name: "Actions", cell: (user: User) => (user.id === self ? "" : <UserActions user={user} {...api} />) }]
      : []),
  ];
  return <Table caption="Users" columns={columns} rows={users} keyOf={({ id }) => id} />;
}

function stateOf({ disabledAt, mustChangePassword }: User) {
  if (disabledAt) return <StatusLabel tone="waiting" word="Disabled" />;
  if (mustChangePassword) return <StatusLabel tone="partial" word="One-time password" />;
  return <StatusLabel tone="done" word="Active" />;
}
