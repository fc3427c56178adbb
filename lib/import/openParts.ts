import type { Context } from "../context.ts";
import { Scratch } from "../db/scratch.ts";
import { type Fetcher, openFetcher } from "./http/fetchLimited.ts";
import { anyAddress, isPublicAddress } from "./http/publicAddress.ts";
import { WaitingRows } from "./write/waitingRows.ts";

/** What an import holds open to its end. */
export interface OpenParts {
  fetcher: Fetcher;
  scratch: Scratch;
  waiting: WaitingRows;
  close(): Promise<void>;
}

export function openParts(ctx: Context, companyId: string): OpenParts {
  const fetcher = openFetcher(ctx.config.FETCH_PRIVATE_ADDRESSES ? anyAddress : isPublicAddress);
  const scratch = new Scratch(ctx.db);
  const waiting = new WaitingRows(scratch, companyId);
  const close = async () => {
    await scratch.close();
    await fetcher.close();
  };
  return { fetcher, scratch, waiting, close };
}
