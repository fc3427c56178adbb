import type { z } from "zod";
import type { readSession } from "../../../lib/company/sessions/readSession.ts";
import { address } from "../../_kit/search.ts";
import { TextLink } from "../../_kit/TextLink.tsx";
import { Section } from "../../_ui/Section.tsx";
import { SESSIONS } from "../_filter/filter.ts";
import { Message } from "./Message.tsx";

type Answer = z.output<typeof readSession.output>;

interface ConversationProps extends Pick<Answer, "session" | "messages" | "nextAfter"> {
  /** Set when the messages before this one stand on the page before. */
  after: string | undefined;
  /** The list that the session stands in. */
  list: Readonly<Record<string, string | undefined>>;
}

/** The messages in order, as they were written. */
export function Conversation({ session, messages, after, nextAfter, list }: ConversationProps) {
  const page = `${SESSIONS}/${session.id}`;
  return (
    <Section id="conversation" title="Conversation">
      {messages.length === 0 ? (
        <p className="rounded-xl border border-line bg-surface px-5 py-6 text-ink-soft">
          {after
            ? "No messages follow."
            : session.isEmpty
              ? "There are no messages."
              : "No transcript came with this session."}{" "}
          {!after && session.initialMsg && (
            <>
              First message: <q dir="auto">{session.initialMsg}</q>
            </>
          )}
        </p>
      ) : (
        <ol className="space-y-4">
          {messages.map((message) => (
            <Message key={message.order} message={message} language={session.language} />
          ))}
        </ol>
      )}
      {(after || nextAfter !== null) && (
        <nav aria-label="Parts of the conversation" className="mt-6 flex flex-wrap gap-x-8 gap-y-3">
          {after && <TextLink href={address(page, list)}>Back to the beginning</TextLink>}
          {nextAfter !== null && (
            <TextLink href={address(page, { ...list, after: nextAfter })}>Messages that follow</TextLink>
          )}
        </nav>
      )}
    </Section>
  );
}
