"use client";

import { Trouble } from "./_ui/Trouble.tsx";

export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main id="content" tabIndex={-1} className="px-5 outline-none">
      <Trouble error={error} retry={retry} />
    </main>
  );
}
