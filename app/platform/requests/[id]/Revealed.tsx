import type { z } from "zod";
import type { revealedRequest } from "../../../../lib/admin/requests/revealRequest.ts";
import { Facts } from "../../../_kit/Facts.tsx";

/** The conversation as it is sent, and the analysis that came back. */
export function Revealed({
  revealed: { payload, answer, result, received },
}: {
  revealed: z.output<typeof revealedRequest>;
}) {
  return (
    <div className="space-y-6">
      <ol className="space-y-3 rounded-xl border border-line bg-surface p-5">
        {payload.messages.map(({ role, content }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: messages are only ever shown in their order
          <li key={index}>
            <p className="text-sm font-medium text-ink-faint">{role}</p>
            <p className="whitespace-pre-wrap">{content}</p>
          </li>
        ))}
      </ol>
      {answer ? (
        <Facts
          facts={[
            { name: "Language", value: answer.language ?? "none" },
            { name: "Sentiment", value: answer.sentiment ?? "none" },
            { name: "Category", value: answer.category ?? "none" },
            { name: "Escalated", value: answer.escalated ? "yes" : "no" },
            { name: "Sent on to HR", value: answer.forwardedHr ? "yes" : "no" },
            { name: "Summary", value: answer.summary ?? "none" },
            { name: "Questions", value: answer.questions.join(" · ") || "none" },
          ]}
        />
      ) : (
        <p className="text-ink-soft">No answer yet.</p>
      )}
      {result !== null && (
        <details className="rounded-xl border border-line bg-surface p-5 text-sm">
          <summary className="cursor-pointer font-medium">The answer to this request, as it is kept</summary>
          <pre className="mt-3 font-mono break-all whitespace-pre-wrap">{JSON.stringify(result, null, 2)}</pre>
        </details>
      )}
      {received.map(({ attempt, text }) => (
        <details key={attempt} className="rounded-xl border border-line bg-surface p-5 text-sm">
          <summary className="cursor-pointer font-medium">Start of the unusable answer to attempt {attempt}</summary>
          <pre className="mt-3 font-mono break-all whitespace-pre-wrap">{text}</pre>
        </details>
      ))}
      {payload.line && (
        <details className="rounded-xl border border-line bg-surface p-5 text-sm">
          <summary className="cursor-pointer font-medium">The request as sent to the provider</summary>
          <pre className="mt-3 font-mono break-all whitespace-pre-wrap">{payload.line}</pre>
        </details>
      )}
    </div>
  );
}
