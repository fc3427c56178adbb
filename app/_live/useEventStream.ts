"use client";

import { useEffect, useEffectEvent, useState } from "react";

export type StreamState = "connecting" | "live" | "reconnecting";

/** Twice the pause after which the server says at least that it is there. */
const SILENCE_MS = 25_000;
const REOPEN_MS = 10_000;

/**
 * Listens to server-sent events while the page can be seen: a hidden one holds no connection (a browser has six for a
 * site) and makes nobody read the database. Comes back by itself after any loss.
 */
export function useEventStream(
  url: string,
  names: readonly string[],
  onEvent: (name: string, data: string) => void,
): StreamState {
  const [state, setState] = useState<StreamState>("connecting");
  const receive = useEffectEvent(onEvent);

  useEffect(() => {
    let source: EventSource | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    function open() {
      source?.close();
      source = new EventSource(url);
      source.onopen = () => heard();
      source.onerror = () => {
        setState("reconnecting");
        // After a refusal the browser does not ask again by itself.
        if (source?.readyState === EventSource.CLOSED) openIn(REOPEN_MS);
      };
      source.addEventListener("beat", heard);
      for (const name of names) {
        source.addEventListener(name, (event) => {
          heard();
          receive(name, event.data);
        });
      }
      openIn(SILENCE_MS);
    }

    function heard() {
      setState("live");
      openIn(SILENCE_MS);
    }

    function openIn(ms: number) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        setState("reconnecting");
        open();
      }, ms);
    }

    function close() {
      clearTimeout(timer);
      source?.close();
    }

    const follow = () => (document.visibilityState === "visible" ? open() : close());
    follow();
    document.addEventListener("visibilitychange", follow);
    return () => {
      document.removeEventListener("visibilitychange", follow);
      close();
    };
  }, [url, names]);

  return state;
}
