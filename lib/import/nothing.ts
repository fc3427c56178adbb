/** What people and programs write where there is nothing: an empty cell, in other words. */
export const NOTHING =
  /^(?:|-+|–|—|\?+|#?n\/?a|n\.a\.?|n\.?v\.?t\.?|k\.a\.?|\\n|nan|null|none|nil|undefined|[(<[](?:null|none|nil|undefined|empty|blank)[)>\]])$/i;
/** Of these, what only programs write, and nobody says: `?`, `-` and `none` may be an answer. */
const NULL_WORD = /^(?:|\\n|nan|null|undefined|#n\/a|[(<[](?:null|none|nil|undefined|nan|empty|blank)[)>\]])$/i;
/** A country. */
const NAMIBIA = /^na$/i;

/** What a cell holds, without the blanks around it; null where that is nothing. */
export function valueIn(cell: string | null): string | null {
  const text = cell?.trim() ?? "";
  return NOTHING.test(text) ? null : text;
}

/** The same of a country's code. */
export function countryIn(cell: string | null): string | null {
  const text = cell?.trim() ?? "";
  return NAMIBIA.test(text) ? text : valueIn(text);
}

/** A message as it came; null where it says nothing. */
export function messageIn(cell: string | null): string | null {
  return NULL_WORD.test(cell?.trim() ?? "") ? null : cell;
}
