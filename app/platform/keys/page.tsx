import type { Metadata } from "next";
import type { z } from "zod";
import type { keyRow } from "../../../lib/admin/keys/keyRow.ts";
import { listKeys } from "../../../lib/admin/keys/listKeys.ts";
import { PLATFORM_PERMISSION_NAMES } from "../../../lib/auth/permissions.ts";
import { EmptyState } from "../../_kit/EmptyState.tsx";
import { PageHead } from "../../_kit/PageHead.tsx";
import { Pager } from "../../_kit/Pager.tsx";
import { Refused } from "../../_kit/Refused.tsx";
import { pick, type Search } from "../../_kit/search.ts";
import { type Column, Table } from "../../_kit/Table.tsx";
import { ask } from "../../_session/ask.ts";
import { requirePlatform } from "../../_session/context.ts";
import { StatusLabel } from "../../_ui/StatusLabel.tsx";
import { Time } from "../../_ui/Time.tsx";
import { NewKey } from "./NewKey.tsx";
import { RevokeKey } from "./RevokeKey.tsx";

export const metadata: Metadata = { title: "API keys" };

const PATH = "/platform/keys";

type Key = z.output<typeof keyRow>;

export default async function KeysPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["cursor"]);
  const asked = await ask(ctx, listKeys, query);
  if (!asked.ok) return <Refused {...asked} back={{ href: PATH, name: "Back to the first page" }} />;
  const { keys, nextCursor } = asked.answer;
  const canWrite = ctx.actor.permissions.has("keys.write");
  const now = ctx.clock.now().toISOString();
  return (
    <>
      <PageHead
        title="API keys"
        lead="Keys for programs. A key is shown only once, when you create it."
        actions={canWrite ? <NewKey permissions={PLATFORM_PERMISSION_NAMES} /> : undefined}
      />
      {keys.length === 0 ? (
        <EmptyState title="No keys yet">
          Create one for each program, with no more permissions than it needs.
        </EmptyState>
      ) : (
        <Table caption="API keys" columns={columnsFor(canWrite, now)} rows={keys} keyOf={({ id }) => id} />
      )}
      <Pager path={PATH} query={query} nextCursor={nextCursor} />
    </>
  );
}

function columnsFor(canWrite: boolean, now: string): Column<Key>[] {
  return [
    { name: "Name", cell: ({ name }) => name },
    { name: "Starts with", cell: ({ prefix }) => <code className="id">{prefix}</code> },
    { name: "Role", cell: ({ role }) => role.toLowerCase().replaceAll("_", " ") },
    { name: "Limited to", cell: ({ scopes }) => scopes.join(", ") || "all permissions of its role" },
    { name: "State", cell: (key) => stateOf(key, now) },
    { name: "Expires", cell: ({ expiresAt }) => (expiresAt ? <Time iso={expiresAt} /> : "never") },
    { name: "Last used", cell: ({ lastUsedAt }) => (lastUsedAt ? <Time iso={lastUsedAt} /> : "not yet") },
    { name: "Created by", cell: ({ createdBy }) => createdBy },
    ...(canWrite
      ? [
          {
            name: "Actions",
            cell: ({ id, name, revokedAt }: Key) => (revokedAt ? "" : <RevokeKey id={id} name={name} />),
          },
        ]
      : []),
  ];
}

function stateOf({ revokedAt, expiresAt }: Key, now: string) {
  if (revokedAt) return <StatusLabel tone="waiting" word="Revoked" />;
  if (expiresAt && expiresAt <= now) return <StatusLabel tone="waiting" word="Expired" />;
  return <StatusLabel tone="done" word="Works" />;
}
