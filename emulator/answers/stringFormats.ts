import { type Random, randomInteger } from "../random.ts";

const hex = (random: Random, digits: number) =>
  Array.from({ length: digits }, () => randomInteger(random, 0, 15).toString(16)).join("");
const two = (value: number) => String(value).padStart(2, "0");
const date = (random: Random) =>
  `20${two(randomInteger(random, 20, 29))}-${two(randomInteger(random, 1, 12))}-${two(randomInteger(random, 1, 28))}`;
const time = (random: Random) =>
  `${two(randomInteger(random, 0, 23))}:${two(randomInteger(random, 0, 59))}:${two(randomInteger(random, 0, 59))}Z`;
const host = (random: Random) => `${hex(random, 8)}.example.com`;

const formats: Record<string, { make: (random: Random) => string; pattern: RegExp }> = {
  date: { make: date, pattern: /^\d{4}-\d{2}-\d{2}$/ },
  time: { make: time, pattern: /^\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i },
  "date-time": {
    make: (random) => `${date(random)}T${time(random)}`,
    pattern: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i,
  },
  duration: { make: (random) => `PT${randomInteger(random, 1, 90)}M`, pattern: /^P(?=.)/ },
  email: { make: (random) => `user-${hex(random, 6)}@example.com`, pattern: /^[^@\s]+@[^@\s]+$/ },
  hostname: { make: host, pattern: /^[a-z\d]([a-z\d.-]*[a-z\d])?$/i },
  uri: { make: (random) => `https://${host(random)}/`, pattern: /^[a-z][a-z\d+.-]*:\S*$/i },
  url: { make: (random) => `https://${host(random)}/`, pattern: /^[a-z][a-z\d+.-]*:\S*$/i },
  ipv4: {
    make: (random) => `192.0.2.${randomInteger(random, 1, 254)}`,
    pattern: /^(\d{1,3}\.){3}\d{1,3}$/,
  },
  ipv6: { make: (random) => `2001:db8::${hex(random, 4)}`, pattern: /^[\da-f:]+$/i },
  uuid: {
    make: (random) => `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`,
    pattern: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
  },
};

/** A text of this format, or undefined for a format that is not known. */
export function makeFormat(format: string, random: Random): string | undefined {
  return find(format)?.make(random);
}

/** What texts of a format look like, or undefined for a format that is not known. */
export function formatPattern(format: string): RegExp | undefined {
  return find(format)?.pattern;
}

/** By its own name alone: a schema may ask for a format called `constructor`. */
function find(format: string) {
  return Object.hasOwn(formats, format) ? formats[format] : undefined;
}
