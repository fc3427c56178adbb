import type { Metadata } from "next";
import { Card } from "../_kit/Card.tsx";
import type { Search } from "../_kit/search.ts";
import { TextLink } from "../_kit/TextLink.tsx";
import { forgottenAddress, HOME, realmOf, safeNext, signInAddress } from "../_session/addresses.ts";
import { Frame } from "../_shell/Frame.tsx";
import { SignInForm } from "./SignInForm.tsx";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const realm = realmOf(search);
  const isPlatform = realm === "platform";
  return (
    <Frame home="/" places={[]}>
      <div className="mx-auto max-w-md">
        <h1 className="mb-2 text-2xl font-semibold tracking-tight">Sign in</h1>
        <p className="mb-6 text-ink-soft">
          {isPlatform ? "For people who run LiveDash." : "For people who read their company's results."}
        </p>
        <noscript>
          <p className="mb-6 text-failed">LiveDash needs JavaScript. Enable it for this site and reload the page.</p>
        </noscript>
        <Card>
          <SignInForm key={realm} realm={realm} next={safeNext(search.next) ?? HOME[realm]} />
        </Card>
        <p className="mt-6 text-sm">
          <TextLink href={forgottenAddress(realm)}>Forgotten your password?</TextLink>
        </p>
        <p className="mt-3 text-sm text-ink-soft">
          {isPlatform ? "Looking for your company's sessions? " : "Do you run LiveDash? "}
          <TextLink href={signInAddress(isPlatform ? "company" : "platform")}>
            {isPlatform ? "Sign in to your company" : "Sign in to the platform"}
          </TextLink>
        </p>
        {isPlatform && (
          <p className="mt-3 text-sm text-ink-faint">
            No users yet? Create the first one with <code className="font-mono">bin/livedash admin create-user</code>.
          </p>
        )}
      </div>
    </Frame>
  );
}
