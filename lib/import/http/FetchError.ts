import { LiveDashError } from "../../errors.ts";
import { addressForPeople } from "./addressForPeople.ts";

export type FetchErrorCode =
  | "fetch_failed"
  | "fetch_private_address"
  | "fetch_refused_address"
  | "fetch_status"
  | "fetch_timeout"
  | "fetch_too_large"
  | "fetch_too_many_redirects";

/** What was at an address could not be had. The message never holds credentials, a query or the answer. */
export class FetchError extends LiveDashError {
  /** The message without the address: "answered with status 404 instead of 200". */
  readonly fault: string;
  /** The status that was answered instead of 200, with `fetch_status`. */
  readonly status: number | undefined;

  constructor(code: FetchErrorCode, url: URL | undefined, fault: string, retryable = false, status?: number) {
    super(code, `${url ? addressForPeople(url) : "The address"} ${fault}.`, { retryable });
    this.name = "FetchError";
    this.fault = fault;
    this.status = status;
  }
}
