import { expect } from "vitest";

/** A refusal with this code, whose sentence says this. */
export const refusal = (code: string, message = "") =>
  expect.objectContaining({ name: "RefusedError", code, message: expect.stringContaining(message) });
