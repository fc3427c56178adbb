import type { ReactNode } from "react";
import { readInstallation } from "../../lib/installation/installation.ts";
import { requirePlatform } from "../_session/context.ts";
import { CopiedBanner } from "../_shell/CopiedBanner.tsx";
import { Frame } from "../_shell/Frame.tsx";
import { platformPlaces } from "../_shell/places.ts";
import { PLATFORM_ROLE_WORDS } from "../_words/people.ts";

export default async function PlatformLayout({ children }: { children: ReactNode }) {
  const { actor, db } = await requirePlatform();
  const copied = (await readInstallation(db))?.copied;
  const person = {
    name: actor.displayName,
    role: PLATFORM_ROLE_WORDS[actor.role],
    realm: "platform" as const,
  };
  return (
    <Frame
      home="/platform"
      places={platformPlaces(actor.permissions)}
      person={person}
      banner={copied && <CopiedBanner copied={copied} />}
    >
      {children}
    </Frame>
  );
}
