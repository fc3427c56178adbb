import { Time } from "../../_ui/Time.tsx";

const SIDES: Record<string, string> = {
  User: "mr-auto border-l-4 border-accent bg-surface",
  Assistant: "ml-auto border-r-4 border-line bg-sunken",
};

interface MessageProps {
  message: { role: string; timestamp: string | null; content: string };
  /** The session's: so that long words break where that language breaks them. */
  language: string | null;
}

/** Who, when, and the text as it was written. The user's stand on one side, the assistant's on the other. */
export function Message({ message, language }: MessageProps) {
  const { role, timestamp, content } = message;
  return (
    <li className={`w-fit max-w-[min(44rem,94%)] rounded-lg px-4 py-3 ${SIDES[role] ?? "mx-auto bg-sunken"}`}>
      <p className="mb-1 flex flex-wrap gap-x-3 text-sm text-ink-soft">
        <span className="font-medium">{role}</span>
        {timestamp && <Time iso={timestamp} withSeconds />}
      </p>
      <p dir="auto" lang={language ?? undefined} className="leading-relaxed whitespace-pre-wrap hyphens-auto">
        {content}
      </p>
    </li>
  );
}
