import type { Metadata } from "next";
import Link from "next/link";
import { Notice } from "./_ui/Notice.tsx";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <Notice title="There is no page at this address" isPage>
      <p>It may have been typed wrongly, or what it showed is gone.</p>
      <p>
        <Link href="/" prefetch={false} className="font-medium text-accent underline underline-offset-4">
          Go to the overview
        </Link>
      </p>
    </Notice>
  );
}
