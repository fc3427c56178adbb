import type { Metadata } from "next";
import { Missing } from "../_shell/Missing.tsx";

export const metadata: Metadata = { title: "Not found" };

export default function NotFound() {
  return <Missing home="/platform" />;
}
