import { listServiceAccounts } from "../../../lib/admin/serviceAccounts/listServiceAccounts.ts";
import { listUsers } from "../../../lib/admin/users/listUsers.ts";
import type { CallContext } from "../../../lib/api/operation.ts";
import type { PlatformUserActor } from "../../../lib/auth/actor.ts";
import type { Option } from "../../_kit/Select.tsx";
import { ask } from "../../_session/ask.ts";
import { companyOptions } from "../options.ts";

const MOST = 200;

/** Whose a new key can be, each as the field that says so and the id: oneself first. */
export async function ownerOptions(ctx: CallContext<PlatformUserActor>): Promise<Option[]> {
  const [accounts, users, companies] = await Promise.all([
    ask(ctx, listServiceAccounts, { disabled: false, limit: MOST }),
    ask(ctx, listUsers, { realm: "platform", disabled: false, limit: MOST }),
    companyOptions(ctx),
  ]);
  const { id: self, name: email } = ctx.actor;
  return [
    { value: `ownerId:${self}`, name: `you (${email})` },
    ...(accounts.ok ? accounts.answer.serviceAccounts : []).map(({ id, name, role }) => {
      return {
        value: `serviceAccountId:${id}`,
        name: `service account: ${name} (${role.toLowerCase().replaceAll("_", " ")})`,
      };
    }),
    ...(users.ok ? users.answer.users : [])
      .filter(({ id }) => id !== self)
      .map(({ id, email: theirs }) => ({ value: `ownerId:${id}`, name: `user: ${theirs}` })),
    ...companies.map(({ value, name }) => ({ value: `companyId:${value}`, name: `company: ${name}` })),
  ];
}
