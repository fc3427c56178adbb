import type { ReactNode } from "react";
import { readCompanyMe } from "../../lib/company/me/readCompanyMe.ts";
import { ask } from "../_session/ask.ts";
import { requireCompany } from "../_session/context.ts";
import { Frame } from "../_shell/Frame.tsx";
import { companyPlaces } from "../_shell/places.ts";
import { COMPANY_ROLE_WORDS } from "../_words/people.ts";

/** What all pages of a company have: whose they are, who looks at them, and where to go. */
export default async function DashboardLayout({ children }: { children: ReactNode }) {
  const ctx = await requireCompany();
  const { actor } = ctx;
  const me = await ask(ctx, readCompanyMe, {});
  const at = me.ok ? `, ${me.answer.company.name}` : "";
  const role = `${COMPANY_ROLE_WORDS[actor.role]}${at}`;
  return (
    <Frame
      home="/dashboard"
      places={companyPlaces(actor.permissions)}
      person={{ name: actor.displayName, role, realm: "company" }}
      zone={me.ok ? me.answer.company.timeZone : undefined}
    >
      {children}
    </Frame>
  );
}
