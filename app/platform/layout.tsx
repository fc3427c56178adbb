import type { ReactNode } from "react";
import { requirePlatform } from "../_session/context.ts";
import { Frame } from "../_shell/Frame.tsx";
import { platformPlaces } from "../_shell/places.ts";
import { PLATFORM_ROLE_WORDS } from "../_words/roles.ts";

export default async function PlatformLayout({ children }: { children: ReactNode }) {
  const { actor } = await requirePlatform();
  const person = {
    name: actor.displayName,
    role: PLATFORM_ROLE_WORDS[actor.role],
    realm: "platform" as const,
  };
  return (
    <Frame home="/platform" places={platformPlaces(actor.permissions)} person={person}>
      {children}
    </Frame>
  );
}
