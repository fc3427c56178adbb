import { TextLink } from "../_kit/TextLink.tsx";
import { Notice } from "../_ui/Notice.tsx";

/** What stands in place of a page that is not there. */
export function Missing({ home }: { home: string }) {
  return (
    <Notice title="Page not found" isPage>
      <p>The address may be mistyped, or the page may no longer exist.</p>
      <p>
        <TextLink href={home}>Go to the overview</TextLink>
      </p>
    </Notice>
  );
}
