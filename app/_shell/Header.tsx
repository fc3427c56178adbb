import Link from "next/link";
import type { Realm } from "../../lib/auth/actor.ts";
import { accountAddress, signInAddress } from "../_session/addresses.ts";
import { EnvironmentBadge } from "./EnvironmentBadge.tsx";
import { MainNavigation } from "./MainNavigation.tsx";
import type { Place } from "./places.ts";
import { SignOutButton } from "./SignOutButton.tsx";
import { Wordmark } from "./Wordmark.tsx";

export interface Person {
  name: string;
  /** What they may do here, in words. */
  role: string;
  realm: Realm;
}

export function Header({ emulated, home, places, person }: HeaderProps) {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto max-w-[96rem] px-5 sm:px-8">
        <div className="flex min-h-16 flex-wrap items-center gap-x-6 gap-y-2 py-3">
          <Link href={home} prefetch={false} aria-label="LiveDash overview">
            <Wordmark />
          </Link>
          <EnvironmentBadge emulated={emulated} />
          {person && (
            <div className="flex w-full min-w-0 items-center justify-between gap-x-2 text-sm sm:ml-auto sm:w-auto">
              <Link
                href={accountAddress(person.realm)}
                prefetch={false}
                className="text-ink-soft underline-offset-4 hover:text-ink hover:underline"
              >
                {person.name} <span className="text-ink-faint">({person.role})</span>
              </Link>
              <div className="-mr-4 shrink-0">
                <SignOutButton leadsTo={signInAddress(person.realm)} />
              </div>
            </div>
          )}
        </div>
        {places.length > 1 && <MainNavigation places={places} />}
      </div>
    </header>
  );
}

interface HeaderProps {
  emulated: boolean;
  home: string;
  places: readonly Place[];
  person: Person | undefined;
}
