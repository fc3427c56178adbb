"use client";

import { useEffect, useState } from "react";
import { ASK_WHO_IT_IS, type WhoItIs as Asked } from "../_kit/askWhoItIs.ts";
import { LostPart } from "../_kit/LostPart.tsx";
import { later, useLater } from "../_kit/later.ts";

const dialog = later(async () => (await import("./WhoItIsDialog.tsx")).WhoItIsDialog);

/** Where the second factor is asked for once more; stands once on every page. */
export function WhoItIs() {
  const [asked, setAsked] = useState<Asked>();
  const { Part: Dialog, isLost } = useLater(dialog, asked !== undefined);
  useEffect(() => {
    const hear = (event: Event) => {
      if (!(event instanceof CustomEvent)) return;
      event.preventDefault();
      setAsked((open) => (open ? bothOf(open, event.detail as Asked) : (event.detail as Asked)));
    };
    window.addEventListener(ASK_WHO_IT_IS, hear);
    return () => window.removeEventListener(ASK_WHO_IT_IS, hear);
  }, []);
  if (!asked) return null;
  const close = (isConfirmed: boolean) => {
    setAsked(undefined);
    asked.answer(isConfirmed);
  };
  if (isLost) return <LostPart close={() => close(false)} />;
  return Dialog ? <Dialog realm={asked.realm} close={close} /> : null;
}

/** Whoever is asked twice at once answers once. */
function bothOf(open: Asked, next: Asked): Asked {
  const answer = (isConfirmed: boolean) => {
    open.answer(isConfirmed);
    next.answer(isConfirmed);
  };
  return { realm: open.realm, answer };
}
