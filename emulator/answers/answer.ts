import type { Usage } from "../store/records.ts";

/** What the "model" says to one request, before it is put into the shape of its endpoint. */
export interface Answer {
  text: string;
  refusal: string | null;
  finishReason: "stop" | "length" | "content_filter";
  usage: Usage;
  /** The output limit of the request, in tokens; null without one. */
  room: number | null;
}
