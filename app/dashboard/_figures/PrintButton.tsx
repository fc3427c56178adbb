"use client";

import { Button } from "../../_kit/Button.tsx";

export function PrintButton() {
  return <Button onPress={() => window.print()}>Print</Button>;
}
