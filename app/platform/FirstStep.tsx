import type { CallContext } from "../../lib/api/operation.ts";
import { LinkButton } from "../_kit/LinkButton.tsx";
import { companyOptions } from "./options.ts";

/** What to do first where there is nothing yet: something that whoever looks may do, and that works at once. */
export async function FirstStep({ ctx }: { ctx: CallContext }) {
  const { permissions } = ctx.actor;
  const hasCompany = (await companyOptions(ctx)).length > 0;
  if (!permissions.has("imports.write") || !(hasCompany || permissions.has("companies.write"))) {
    return <p>Nothing has been imported yet. Ask an admin to import chat sessions.</p>;
  }
  return (
    <div className="space-y-4">
      <p>
        {hasCompany
          ? "Import chat sessions: each becomes a request, and the next batch takes it to the model."
          : "Create the company whose chat sessions you want to import, then upload its CSV."}
      </p>
      <LinkButton href={hasCompany ? "/platform/imports" : "/platform/companies"} tone="strong">
        {hasCompany ? "Import chat sessions" : "Create a company"}
      </LinkButton>
    </div>
  );
}
