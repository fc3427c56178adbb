import type { Metadata } from "next";
import { Card } from "../../_kit/Card.tsx";
import type { Search } from "../../_kit/search.ts";
import { forgottenAddress, realmOf, signInAddress } from "../../_session/addresses.ts";
import { Frame } from "../../_shell/Frame.tsx";
import { NewPasswordForm } from "./NewPasswordForm.tsx";

export const metadata: Metadata = { title: "Choose a password" };

/** Where the link of a mail leads. What it holds stands behind the #, so only the browser knows it until the form is sent. */
export default async function NewPasswordPage({ searchParams }: { searchParams: Promise<Search> }) {
  const realm = realmOf(await searchParams);
  return (
    <Frame home="/" places={[]}>
      <div className="mx-auto max-w-md">
        <h1 className="mb-6 text-2xl font-semibold tracking-tight">Choose your password</h1>
        <Card>
          <NewPasswordForm realm={realm} signIn={signInAddress(realm)} forgotten={forgottenAddress(realm)} />
        </Card>
      </div>
    </Frame>
  );
}
