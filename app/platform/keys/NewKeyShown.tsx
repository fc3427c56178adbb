import { ShownOnce } from "../../_kit/ShownOnce.tsx";

export function NewKeyShown({ answer }: { answer: unknown }) {
  return (
    <ShownOnce
      name="The key"
      value={(answer as { key: string }).key}
      advice="Send it as Authorization: Bearer. It will not be shown again. If you lose it, revoke it and create another."
    />
  );
}
