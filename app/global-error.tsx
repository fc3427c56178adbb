"use client";

import "./base.css";
import { Trouble } from "./_ui/Trouble.tsx";

/** Stands in for the whole page when the shell itself fails. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body className="min-h-dvh bg-paper px-5 font-sans text-ink antialiased">
        <main>
          <Trouble error={error} retry={retry} />
        </main>
      </body>
    </html>
  );
}
