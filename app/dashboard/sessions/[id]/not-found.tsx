import { TextLink } from "../../../_kit/TextLink.tsx";
import { Notice } from "../../../_ui/Notice.tsx";
import { SESSIONS } from "../../_filter/filter.ts";

export default function SessionNotFound() {
  return (
    <Notice title="Session not found" isPage>
      <p>It may have been deleted, or the address may be mistyped.</p>
      <p>
        <TextLink href={SESSIONS}>Go to all sessions</TextLink>
      </p>
    </Notice>
  );
}
