import type { ReactNode } from "react";
import { TextLink } from "../../_kit/TextLink.tsx";
import { Notice } from "../../_ui/Notice.tsx";
import { reasonInWords } from "../../_words/labels.ts";

const TITLES: Record<string, string> = {
  invalid_input: "This filter cannot be used",
  invalid_cursor: "This page no longer exists",
  forbidden: "Your role does not have access to this",
  too_slow: "Too many sessions at once",
};

/** A page that was refused: why, and the next step. `children` is what can be changed about it. */
export function FilterRefused({ refusal, back, children }: FilterRefusedProps) {
  return (
    <>
      <Notice title={TITLES[refusal.code] ?? "This page cannot be shown"} isPage>
        <p>{reasonInWords(refusal)}</p>
        {refusal.code === "forbidden" ? (
          <p>Ask the person who gave you your account for another role.</p>
        ) : (
          <p>
            <TextLink href={back}>Clear all filters</TextLink>
          </p>
        )}
      </Notice>
      {children}
    </>
  );
}

interface FilterRefusedProps {
  refusal: { code: string; message: string };
  back: string;
  children?: ReactNode;
}
