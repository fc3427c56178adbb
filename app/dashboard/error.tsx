"use client";

import { Trouble } from "../_ui/Trouble.tsx";

export default function DashboardError({ error, retry }: { error: unknown; retry: () => void }) {
  return <Trouble error={error} retry={retry} />;
}
