"use client";

import { useState } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { CodeForm } from "./CodeForm.tsx";
import { PasswordForm } from "./PasswordForm.tsx";

/** First the password; then, where one is set up, the second factor; then the page `next`. */
export function SignInForm({ realm, next }: { realm: Realm; next: string }) {
  const [needsCode, setNeedsCode] = useState(false);
  // A whole new page: what was shown to nobody must not stand beside what is shown to somebody.
  const enter = () => window.location.assign(next);
  if (needsCode) return <CodeForm realm={realm} onDone={enter} onBack={() => setNeedsCode(false)} />;
  return <PasswordForm realm={realm} onDone={(waits) => (waits ? setNeedsCode(true) : enter())} />;
}
