import type { z } from "zod";
import type { faultFilterSchema } from "./filter.ts";

/** A switched-on fault. */
export interface FaultRule {
  id: string;
  kind: string;
  rate: number;
  /** How often it may still fire; null for ever. */
  left: number | null;
  /** Matches that still pass before it may fire. */
  skip: number;
  fired: number;
  filter: z.output<typeof faultFilterSchema>;
  params: Record<string, unknown>;
}
