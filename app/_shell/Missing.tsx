import { TextLink } from "../_kit/TextLink.tsx";
import { Notice } from "../_ui/Notice.tsx";

/** What stands in place of a page that is not there. */
export function Missing({ home }: { home: string }) {
  return (
    <Notice title="There is no page at this address" isPage>
      <p>It may have been typed wrongly, or what it showed is gone.</p>
      <p>
        <TextLink href={home}>Go to the overview</TextLink>
      </p>
    </Notice>
  );
}
