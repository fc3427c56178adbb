import type { ReactNode } from "react";
import { getWebContext } from "../../lib/webContext.ts";
import { readZone } from "../_session/zone.ts";
import { Clock } from "../_ui/Time.tsx";
import { EmulatorBanner } from "./EmulatorBanner.tsx";
import { Footer } from "./Footer.tsx";
import { Header, type Person } from "./Header.tsx";
import type { Place } from "./places.ts";

/** What surrounds every page: header with the places and the person, the page itself, footer. */
export async function Frame({ home, places, person, banner, zone, children }: FrameProps) {
  const { emulated } = getWebContext();
  return (
    <Clock zone={zone ?? (await readZone())}>
      <Header emulated={emulated} home={home} places={places} person={person} />
      {emulated && <EmulatorBanner />}
      {banner}
      <main id="content" tabIndex={-1} className="mx-auto max-w-[96rem] px-5 pt-10 pb-16 outline-none sm:px-8">
        {children}
      </main>
      <Footer places={places} />
    </Clock>
  );
}

interface FrameProps {
  home: string;
  places: readonly Place[];
  person?: Person | undefined;
  /** What whoever works here must not miss. */
  banner?: ReactNode;
  /** In which time is told here; the viewer's own where it is not given. */
  zone?: string | undefined;
  children: ReactNode;
}
