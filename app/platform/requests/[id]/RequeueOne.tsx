"use client";

import { RequeueSelected } from "../RequeueSelected.tsx";

export function RequeueOne({ id }: { id: string }) {
  return <RequeueSelected ids={[id]} onDone={() => {}} />;
}
