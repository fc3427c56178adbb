import type { Context } from "../context.ts";
import { type Fetcher, openFetcher } from "./http/fetchLimited.ts";
import { anyAddress, isPublicAddress } from "./http/publicAddress.ts";
import { WaitingRows } from "./write/waitingRows.ts";

/** What an import holds open to its end. */
export interface OpenParts {
  fetcher: Fetcher;
  waiting: WaitingRows;
  close(): Promise<void>;
}

export function openParts(ctx: Context, companyId: string): OpenParts {
  const fetcher = openFetcher(ctx.config.FETCH_PRIVATE_ADDRESSES ? anyAddress : isPublicAddress);
  const waiting = new WaitingRows(ctx.db, companyId);
  const close = async () => {
    waiting.close();
    await fetcher.close();
  };
  return { fetcher, waiting, close };
}
