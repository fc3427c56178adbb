import Link from "next/link";
import { EnvironmentBadge } from "./EnvironmentBadge.tsx";
import { MainNavigation } from "./MainNavigation.tsx";
import { Wordmark } from "./Wordmark.tsx";

export function Header({ emulated }: { emulated: boolean }) {
  return (
    <header className="border-b border-line bg-surface">
      <div className="mx-auto flex min-h-16 max-w-6xl flex-wrap items-center gap-x-8 gap-y-2 px-5 py-3 sm:px-8">
        <Link href="/" prefetch={false} aria-label="LiveDash, to the overview">
          <Wordmark />
        </Link>
        <MainNavigation />
        <div className="ml-auto">
          <EnvironmentBadge emulated={emulated} />
        </div>
      </div>
    </header>
  );
}
