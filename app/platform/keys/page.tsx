import type { Metadata } from "next";
import type { z } from "zod";
import type { keyRow } from "../../../lib/admin/keys/keyRow.ts";
import { listKeys } from "../../../lib/admin/keys/listKeys.ts";
import { COMPANY_KEY_SCOPES, PLATFORM_PERMISSION_NAMES } from "../../../lib/auth/permissions.ts";
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
import { PLATFORM_ROLE_WORDS } from "../../_words/people.ts";
import type { Tone } from "../../_words/statuses.ts";
import { KEYS, KeyTabs } from "./KeyTabs.tsx";
import { NewKey } from "./NewKey.tsx";
import { ownerOptions } from "./owners.ts";
import { RevokeKey } from "./RevokeKey.tsx";
import { RotateKey } from "./RotateKey.tsx";

export const metadata: Metadata = { title: "API keys" };

type Key = z.output<typeof keyRow>;

const OWNERS: Record<Key["owner"]["kind"], string> = {
  user: "user",
  service_account: "service account",
  company: "company",
};
const STATES: Record<Key["state"], { tone: Tone; word: string }> = {
  works: { tone: "done", word: "Works" },
  revoked: { tone: "waiting", word: "Revoked" },
  expired: { tone: "waiting", word: "Expired" },
  owner_disabled: { tone: "partial", word: "Owner disabled" },
};

export default async function KeysPage({ searchParams }: { searchParams: Promise<Search> }) {
  const ctx = await requirePlatform();
  const query = pick(await searchParams, ["cursor"]);
  const canWrite = ctx.actor.permissions.has("keys.write");
  const [asked, owners] = await Promise.all([ask(ctx, listKeys, query), canWrite ? ownerOptions(ctx) : []]);
  if (!asked.ok) return <Refused {...asked} back={{ href: KEYS, name: "Back to the first page" }} />;
  const { keys, nextCursor } = asked.answer;
  const permissions = [...PLATFORM_PERMISSION_NAMES, ...COMPANY_KEY_SCOPES];
  return (
    <>
      <PageHead
        title="API keys"
        lead="Keys for programs, each with an owner. A key is shown only once, when you create it, and works for a year at most."
        actions={canWrite ? <NewKey owners={owners} permissions={permissions} /> : undefined}
      />
      <KeyTabs here={KEYS} />
      {keys.length === 0 ? (
        <EmptyState title="No keys yet">
          Create one for each program, with no more permissions than it needs.
        </EmptyState>
      ) : (
        <Table caption="API keys" columns={columnsFor(canWrite)} rows={keys} keyOf={({ id }) => id} />
      )}
      <Pager path={KEYS} query={query} nextCursor={nextCursor} />
    </>
  );
}

function columnsFor(canWrite: boolean): Column<Key>[] {
  return [
    {
      name: "Key",
      cell: ({ name, prefix }) => (
        <>
          {name}
          <code className="id block text-ink-faint wide:whitespace-nowrap">{prefix}…</code>
        </>
      ),
    },
    {
      name: "Owner",
      cell: ({ owner, createdBy, createdByDisabled }) => (
        <>
          {OWNERS[owner.kind]}: {owner.name}
          {(createdBy !== owner.name || createdByDisabled) && (
            <span className="block text-ink-faint">
              created by {createdByDisabled ? `${createdBy} (disabled)` : createdBy}
            </span>
          )}
        </>
      ),
    },
    {
      name: "Permissions",
      cell: (key) => (
        <>
          {permissionsOf(key)}
          {key.allowedAddresses.length > 0 && (
            <span className="block text-ink-faint">from {key.allowedAddresses.join(", ")}</span>
          )}
        </>
      ),
    },
    { name: "State", cell: ({ state }) => <StatusLabel {...STATES[state]} /> },
    { name: "Expires", cell: ({ expiresAt }) => <Time iso={expiresAt} withYear /> },
    { name: "Last used", cell: ({ lastUsedAt }) => (lastUsedAt ? <Time iso={lastUsedAt} /> : "not yet") },
    ...(canWrite ? [{ name: "Actions", cell: actionsFor }] : []),
  ];
}

/** A company's key has no role, and always has scopes. */
function permissionsOf({ role, scopes }: Key) {
  if (role === null || scopes.length > 0) return scopes.join(", ");
  return `All permissions of the role ${PLATFORM_ROLE_WORDS[role]}`;
}

function actionsFor({ id, name, state }: Key) {
  if (state === "revoked") return "";
  return (
    <span className="flex flex-wrap gap-2 max-wide:justify-end xl:flex-nowrap">
      {state === "works" && <RotateKey id={id} name={name} />}
      <RevokeKey id={id} name={name} />
    </span>
  );
}
