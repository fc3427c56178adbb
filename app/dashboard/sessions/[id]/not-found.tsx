import { TextLink } from "../../../_kit/TextLink.tsx";
import { Notice } from "../../../_ui/Notice.tsx";
import { SESSIONS } from "../../_filter/filter.ts";

export default function SessionNotFound() {
  return (
    <Notice title="There is no such session" isPage>
      <p>It may have been deleted, or its address was typed wrongly.</p>
      <p>
        <TextLink href={SESSIONS}>Go to all sessions</TextLink>
      </p>
    </Notice>
  );
}
