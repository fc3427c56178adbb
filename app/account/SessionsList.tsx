"use client";

import { useCallback, useEffect, useState } from "react";
import type { Realm } from "../../lib/auth/actor.ts";
import { ConfirmAction } from "../_kit/ConfirmAction.tsx";
import type { Outcome } from "../_kit/callApi.ts";
import { Refusal } from "../_kit/Refusal.tsx";
import { callSignIn } from "../_session/callSignIn.ts";
import { counted } from "../_words/numbers.ts";
import { type Session, SessionItem } from "./SessionItem.tsx";

/** The browsers that are signed in, this one first, and a way to sign the others out. */
export function SessionsList({ realm }: { realm: Realm }) {
  const [sessions, setSessions] = useState<readonly Session[]>();
  const [refusal, setRefusal] = useState<string>();

  const read = useCallback(async () => {
    const outcome = await readSessions(realm);
    if (outcome.ok) setSessions(outcome.answer);
    else setRefusal(outcome.message);
  }, [realm]);
  useEffect(() => {
    void read();
  }, [read]);

  const signOut = async (call: "/revoke-session" | "/revoke-other-sessions", body: { token?: string }) => {
    const outcome = await callSignIn(realm, call, { body });
    if (outcome.ok) await read();
    return outcome;
  };
  const others = (sessions ?? []).filter(({ isHere }) => !isHere).length;
  return (
    <div className="rounded-xl border border-line bg-surface px-5 py-2">
      {sessions ? (
        <ul>
          {sessions.map((session) => (
            <SessionItem
              key={session.token}
              session={session}
              signOut={() => signOut("/revoke-session", { token: session.token })}
            />
          ))}
        </ul>
      ) : (
        <div role="status" className="min-h-16 py-3">
          <span className="sr-only">Loading</span>
          {!refusal && <div aria-hidden="true" className="breathing h-10 rounded-lg bg-sunken" />}
        </div>
      )}
      <Refusal message={refusal} />
      {others > 1 && (
        <div className="border-t border-line py-4">
          <ConfirmAction
            label="Sign out everywhere else"
            question={`Sign out ${counted(others, "other browser")}?`}
            confirm={`Sign out ${counted(others, "browser")}`}
            tone="danger"
            act={() => signOut("/revoke-other-sessions", {})}
            done="All other browsers have been signed out."
          >
            <p>Anyone using them will have to sign in again. You stay signed in here.</p>
          </ConfirmAction>
        </div>
      )}
    </div>
  );
}

async function readSessions(realm: Realm): Promise<Outcome<Session[]>> {
  const [all, here] = await Promise.all([
    callSignIn<Omit<Session, "isHere">[]>(realm, "/list-sessions", { method: "GET" }),
    callSignIn<{ session: { token: string } } | null>(realm, "/get-session", { method: "GET" }),
  ]);
  if (!all.ok) return all;
  if (!here.ok) return here;
  const token = here.answer?.session.token;
  const answer = all.answer
    .map((session) => ({ ...session, isHere: session.token === token }))
    .sort((a, b) => Number(b.isHere) - Number(a.isHere) || b.createdAt.localeCompare(a.createdAt));
  return { ok: true, answer };
}
