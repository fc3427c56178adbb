import type { Metadata } from "next";
import { canSendMail } from "../../../lib/mail/outgoingMail.ts";
import { getWebContext } from "../../../lib/webContext.ts";
import { Card } from "../../_kit/Card.tsx";
import type { Search } from "../../_kit/search.ts";
import { TextLink } from "../../_kit/TextLink.tsx";
import { realmOf, signInAddress } from "../../_session/addresses.ts";
import { Frame } from "../../_shell/Frame.tsx";
import { ForgottenForm } from "./ForgottenForm.tsx";

export const metadata: Metadata = { title: "Forgotten password" };

/** For somebody who has forgotten their password: a link by mail, or, where no mail is sent, whom to ask. */
export default async function ForgottenPage({ searchParams }: { searchParams: Promise<Search> }) {
  const realm = realmOf(await searchParams);
  return (
    <Frame home="/" places={[]}>
      <div className="mx-auto max-w-md">
        <h1 className="mb-6 text-2xl font-semibold tracking-tight">Forgotten your password?</h1>
        <Card>
          {canSendMail(getWebContext().ctx.config) ? (
            <ForgottenForm realm={realm} />
          ) : (
            <p className="leading-relaxed">
              {realm === "company"
                ? "Ask an admin of your company for a new password. They create it under Users."
                : "Ask an administrator for a new password."}
            </p>
          )}
        </Card>
        <p className="mt-6 text-sm">
          <TextLink href={signInAddress(realm)}>Back to the sign-in</TextLink>
        </p>
      </div>
    </Frame>
  );
}
