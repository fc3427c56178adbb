import type { Realm } from "../../lib/auth/actor.ts";
import type { Option } from "../_kit/Select.tsx";

/** The roles of each kind of users, with what they may. */
export const ROLES: Readonly<Record<Realm, readonly Option[]>> = {
  platform: [
    { value: "SUPPORT", name: "support: reads everything except what people wrote" },
    { value: "ADMIN", name: "admin: also controls the pipeline" },
    { value: "SUPER_ADMIN", name: "super admin: also manages users and keys" },
  ],
  company: [
    { value: "USER", name: "user: reads" },
    { value: "AUDITOR", name: "auditor: reads and exports" },
    { value: "ADMIN", name: "admin: reads, exports and manages the company's users" },
  ],
};
