import type { ReactNode } from "react";
import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import type { Outcome } from "../_kit/callApi.ts";

interface EnableActionProps {
  kind: "user" | "service account";
  name: string;
  disabledAt: string | null;
  act: (change: { disabled: boolean }) => Promise<Outcome<unknown>>;
  /** What follows from it. */
  children: ReactNode;
}

/** Disables someone who can enter, or enables them again. */
export function EnableAction({ kind, name, disabledAt, act, children }: EnableActionProps) {
  const operation = disabledAt ? "Enable" : "Disable";
  return (
    <ConfirmAction
      label={operation}
      tone={disabledAt ? "plain" : "danger"}
      question={`${operation} ${name}?`}
      confirm={operation}
      act={() => act({ disabled: !disabledAt })}
      done={`The ${kind} has been ${disabledAt ? "enabled" : "disabled"}.`}
    >
      <p>{children}</p>
    </ConfirmAction>
  );
}
