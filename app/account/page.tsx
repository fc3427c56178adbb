import type { Metadata } from "next";
import { Card } from "../_kit/Card.tsx";
import { PageHead } from "../_kit/PageHead.tsx";
import type { Search } from "../_kit/search.ts";
import { accountAddress, HOME, realmOf } from "../_session/addresses.ts";
import { Frame } from "../_shell/Frame.tsx";
import { companyPlaces, platformPlaces } from "../_shell/places.ts";
import { Section } from "../_ui/Section.tsx";
import { COMPANY_ROLE_WORDS, PLATFORM_ROLE_WORDS } from "../_words/people.ts";
import { ChangePasswordForm } from "./ChangePasswordForm.tsx";
import { NewBackupCodes } from "./NewBackupCodes.tsx";
import { requirePerson, zoneOf } from "./person.ts";
import { SessionsList } from "./SessionsList.tsx";
import { TwoFactorForm } from "./TwoFactorForm.tsx";

export const metadata: Metadata = { title: "Your account" };

export default async function AccountPage({ searchParams }: { searchParams: Promise<Search> }) {
  const realm = realmOf(await searchParams);
  const actor = await requirePerson(realm);
  const role = actor.kind === "user" ? PLATFORM_ROLE_WORDS[actor.role] : COMPANY_ROLE_WORDS[actor.role];
  const places = realm === "platform" ? platformPlaces(actor.permissions) : companyPlaces(actor.permissions);
  const address = accountAddress(realm);
  return (
    <Frame
      home={HOME[realm]}
      places={places}
      person={{ name: actor.displayName, role, realm }}
      zone={await zoneOf(actor)}
    >
      <PageHead title="Your account" lead={`${actor.name}, ${role}`} />
      <Section id="sessions" title="Where you are signed in">
        <SessionsList realm={realm} />
      </Section>
      <Section id="second-factor" title="Two-factor authentication">
        <div className="max-w-md">
          <Card>
            {actor.hasSecondFactor ? <NewBackupCodes realm={realm} /> : <TwoFactorForm realm={realm} next={address} />}
          </Card>
        </div>
      </Section>
      <Section id="password" title="Change your password">
        <div className="max-w-md">
          <Card>
            <ChangePasswordForm realm={realm} email={actor.name} />
          </Card>
        </div>
      </Section>
    </Frame>
  );
}
