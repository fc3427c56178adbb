import { CopyButton } from "./CopyButton.tsx";
import { TextLink } from "./TextLink.tsx";

/** What fits a column whole; companies may give their sessions longer names. */
const SHORT = 26;
/** What is narrower than the least that a column gives to an id. */
const NARROW = 18;

/** An id, set so that each character is told from the others, with a button that copies it. `href`: where it has its page. */
export function Id({ id, href }: { id: string; href?: string }) {
  const whole = id.length <= SHORT ? "xl:whitespace-nowrap" : "";
  // A column may break it in two or three, and not at each letter.
  const width = id.length > NARROW ? "wide:min-w-36" : "";
  return (
    <span className="inline-flex max-w-full items-center gap-1">
      <span className={`id min-w-0 ${whole} ${width}`}>{href ? <TextLink href={href}>{id}</TextLink> : id}</span>
      <CopyButton text={id} name={id} />
    </span>
  );
}
