import Link from "next/link";
import type { ReactNode } from "react";
import { type ButtonTone, buttonClass } from "./buttonClass.ts";

/** A link that looks like a button. `download`: the browser saves what is there. */
export function LinkButton({ href, tone = "plain", download, children }: LinkButtonProps) {
  if (download) {
    return (
      <a href={href} download className={buttonClass(tone)}>
        {children}
      </a>
    );
  }
  return (
    <Link href={href} prefetch={false} className={buttonClass(tone)}>
      {children}
    </Link>
  );
}

interface LinkButtonProps {
  href: string;
  tone?: ButtonTone;
  download?: boolean;
  children: ReactNode;
}
