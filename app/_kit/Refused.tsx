import { Notice } from "../_ui/Notice.tsx";
import { reasonInWords } from "../_words/labels.ts";
import { TextLink } from "./TextLink.tsx";

/** A page or a part of it that was refused: why, and the way on. */
export function Refused({
  code,
  message,
  back,
}: {
  code: string;
  message: string;
  back: { href: string; name: string };
}) {
  return (
    <Notice title={code === "forbidden" ? "You do not have access to this" : "This page cannot be shown"}>
      <p>{reasonInWords({ code, message })}</p>
      {code === "forbidden" && <p>Ask a super admin for a role with access.</p>}
      <p>
        <TextLink href={back.href}>{back.name}</TextLink>
      </p>
    </Notice>
  );
}
