import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { Card } from "../../_kit/Card.tsx";
import type { Search } from "../../_kit/search.ts";
import { HOME, realmOf } from "../../_session/addresses.ts";
import { Frame } from "../../_shell/Frame.tsx";
import { ChangePasswordForm } from "../ChangePasswordForm.tsx";
import { requirePerson } from "../person.ts";
import { TwoFactorForm } from "../TwoFactorForm.tsx";

export const metadata: Metadata = { title: "Set up your account" };

/** What somebody has to do before they may go on: a password of their own, then a second factor. */
export default async function SetUpPage({ searchParams }: { searchParams: Promise<Search> }) {
  const realm = realmOf(await searchParams);
  const { pending, name } = await requirePerson(realm);
  if (!pending) redirect(HOME[realm]);
  const isPassword = pending === "password";
  return (
    <Frame home="/" places={[]}>
      <div className="mx-auto max-w-md">
        <h1 className="mb-2 text-2xl font-semibold tracking-tight">
          {isPassword ? "Choose your own password" : "Set up two-factor authentication"}
        </h1>
        <p className="mb-6 text-ink-soft">
          {isPassword
            ? "The password you signed in with was temporary and cannot be used again."
            : "Your role or your company asks for more than a password."}
        </p>
        <Card>
          {isPassword ? (
            <ChangePasswordForm realm={realm} email={name} next={HOME[realm]} />
          ) : (
            <TwoFactorForm realm={realm} next={HOME[realm]} />
          )}
        </Card>
      </div>
    </Frame>
  );
}
