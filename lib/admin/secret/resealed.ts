/** What was sealed anew, and what could not be, because no secret that is configured opens it. */
export interface Resealed {
  done: number;
  /** The first of those that stay as they are, by name. */
  broken: string[];
}
