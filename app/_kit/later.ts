"use client";

import { type ComponentType, useEffect, useState } from "react";

/** A part of a page whose code comes after the page. */
export interface Later<P> {
  load(): Promise<ComponentType<P>>;
}

/** `fetchPart` is asked again after a failure, and never again once it has succeeded. */
export function later<P>(fetchPart: () => Promise<ComponentType<P>>): Later<P> {
  let loading: Promise<ComponentType<P>> | undefined;
  return {
    load() {
      loading ??= fetchPart().catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      return loading;
    },
  };
}

type State<P> = { Part?: ComponentType<P>; isLost: boolean };

/**
 * The part, once it is wanted. Its code is fetched as soon as the page rests: what is opened later needs neither a
 * connection, nor that the server still has the version that the page is of.
 */
export function useLater<P>(part: Later<P>, isWanted: boolean): State<P> {
  const [state, setState] = useState<State<P>>({ isLost: false });
  useEffect(() => {
    // Not every browser says when it rests.
    if (!("requestIdleCallback" in window)) return;
    const idle = requestIdleCallback(() => void part.load().catch(() => {}));
    return () => cancelIdleCallback(idle);
  }, [part]);
  useEffect(() => {
    if (!isWanted) return;
    let isGone = false;
    part.load().then(
      (Part) => isGone || setState({ Part, isLost: false }),
      () => isGone || setState({ isLost: true }),
    );
    return () => {
      isGone = true;
    };
  }, [part, isWanted]);
  return state;
}
