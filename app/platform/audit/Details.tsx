import { Id } from "../../_kit/Id.tsx";
import { Time } from "../../_ui/Time.tsx";
import { auditDetails, type Said } from "../../_words/auditDetails.ts";

/** What somebody gave as the reason, and everything else that was recorded, by its name. */
export function Details({ details }: { details: Readonly<Record<string, unknown>> }) {
  const { reason, ...others } = details;
  const isWritten = typeof reason === "string" && /\s/.test(reason);
  const said = auditDetails(isWritten ? others : details);
  return (
    <div className="max-w-sm space-y-1">
      {isWritten && <p className="break-words">{reason}</p>}
      {said.length > 0 && (
        <table className="text-left text-xs">
          <tbody>
            {said.map((detail) => (
              <tr key={detail.name} className="align-top">
                <th scope="row" className="pr-3 font-normal text-ink-faint">
                  {detail.name}
                </th>
                <td className="break-words">
                  {"value" in detail ? (
                    <Value {...detail.value} />
                  ) : (
                    <>
                      <del className="text-ink-faint">
                        <Value {...detail.before} />
                      </del>
                      <span className="sr-only"> became</span> <Value {...detail.after} />
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function Value({ kind, text }: Said) {
  if (kind === "time") return <Time iso={text} withYear />;
  if (kind === "id") return <Id id={text} />;
  return text;
}
