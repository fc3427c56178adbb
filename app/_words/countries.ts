const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
/** Codes that have a name and are no country: unions, outlying places, and what was given up. */
const NO_COUNTRY = new Set([
  "EU",
  "EZ",
  "UN",
  "QO",
  "ZZ",
  "XA",
  "XB",
  "AN",
  "BU",
  "CS",
  "DD",
  "FX",
  "NT",
  "SU",
  "TP",
  "YD",
  "YU",
  "ZR",
]);

/** The English name of a country, from its ISO 3166-1 code; anything else as it is. */
export function countryName(code: string): string {
  return (/^[A-Z]{2}$/.test(code) && names.of(code)) || code;
}

/** All codes with their names, by name. */
export function listCountries(): { value: string; name: string }[] {
  return LETTERS.flatMap((first) => LETTERS.map((second) => first + second))
    .filter((code) => !NO_COUNTRY.has(code) && names.of(code))
    .map((value) => ({ value, name: countryName(value) }))
    .sort((a, b) => a.name.localeCompare(b.name, "en"));
}
