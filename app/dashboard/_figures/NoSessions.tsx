import { address } from "../../_kit/search.ts";
import { TextLink } from "../../_kit/TextLink.tsx";
import { Notice } from "../../_ui/Notice.tsx";
import { daysInWords } from "../../_words/times.ts";

/** Nothing to show: because there is nothing at all, or nothing that the filter finds. `known`: the days that have sessions. */
export function NoSessions({ known, path }: { known?: { first: string; last: string }; path?: string }) {
  if (!known || !path) {
    return (
      <Notice title="No sessions yet" isPage>
        <p>Your company's chat sessions will appear here once they have been imported.</p>
        <p>Your LiveDash operator sets up the import. Ask them when the first one is due.</p>
      </Notice>
    );
  }
  return (
    <Notice title="No matching sessions">
      <p>Your sessions are from {daysInWords(known.first, known.last)}. None of them match this filter.</p>
      <p>
        <TextLink href={address(path, { from: known.first, to: known.last })}>Show all sessions</TextLink>
      </p>
    </Notice>
  );
}
