import type { Metadata } from "next";
import { Frame } from "./_shell/Frame.tsx";
import { Missing } from "./_shell/Missing.tsx";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return (
    <Frame home="/" places={[]}>
      <Missing home="/" />
    </Frame>
  );
}
