import type { ReactNode } from "react";
import { TextLink } from "../../_kit/TextLink.tsx";
import { Notice } from "../../_ui/Notice.tsx";
import { reasonInWords } from "./reasonInWords.ts";

const TITLES: Record<string, string> = {
  invalid_input: "This filter cannot be used",
  invalid_cursor: "This page of the list is gone",
  forbidden: "Your role does not let you see this",
  too_slow: "These are too many sessions at once",
};

/** A page that was refused: why, and the next step. `children` is what can be changed about it. */
export function FilterRefused({ refusal, back, children }: FilterRefusedProps) {
  return (
    <>
      <Notice title={TITLES[refusal.code] ?? "This cannot be shown"} isPage>
        <p>{reasonInWords(refusal)}</p>
        {refusal.code === "forbidden" ? (
          <p>Ask whoever gave you your account for another role.</p>
        ) : (
          <p>
            <TextLink href={back}>Begin again without filters</TextLink>
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
