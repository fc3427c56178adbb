import { azure } from "./azure.ts";
import { openai } from "./openai.ts";
import type { Shape } from "./shape.ts";

/** Whose API the emulator can be like, by their names. */
export const SHAPES = { openai, azure } as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;
