import { CopyButton } from "./CopyButton.tsx";
import { TextLink } from "./TextLink.tsx";

/** What fits a column whole; companies may give their sessions longer names. */
const SHORT = 26;

/** An id, set so that each character is told from the others, with a button that copies it. `href`: where it has its page. */
export function Id({ id, href }: { id: string; href?: string }) {
  const whole = id.length <= SHORT ? "wide:whitespace-nowrap" : "";
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className={`id min-w-0 ${whole}`}>{href ? <TextLink href={href}>{id}</TextLink> : id}</span>
      <CopyButton text={id} name={id} />
    </span>
  );
}
