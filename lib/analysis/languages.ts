/** The two-letter codes of ISO 639-1 (https://www.loc.gov/standards/iso639-2/php/code_list.php). */
const CODES = `aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz
ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja
jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng
nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw
ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu`;

export const LANGUAGES: ReadonlySet<string> = new Set(CODES.split(/\s+/));

/** Made when it is first needed: that takes a moment. */
let names: ReadonlyMap<string, string> | undefined;

export function isLanguageCode(text: string): boolean {
  return LANGUAGES.has(text);
}

/** Kinds of a language that have names of their own, as `Flemish` and `Simplified Chinese`. */
const KINDS = `ar-001 de-AT de-CH en-AU en-CA en-GB en-US es-419 es-ES es-MX fa-AF fr-CA fr-CH nl-BE pt-BR pt-PT ro-MD zh-Hans
zh-Hant`;

/** Other names, and codes of three letters, of which the libraries do not say to which of the codes they belong. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  fil: "tl",
  tagalog: "tl",
  mandarin: "zh",
  "mandarin chinese": "zh",
  "chinese mandarin": "zh",
  cantonese: "zh",
  yue: "zh",
  farsi: "fa",
  "swiss german": "de",
  gsw: "de",
  "belgian dutch": "nl",
  vlaams: "nl",
  castilian: "es",
  valencian: "ca",
  bengali: "bn",
  sinhalese: "si",
  oriya: "or",
  panjabi: "pa",
  pushto: "ps",
  uighur: "ug",
  kirghiz: "ky",
  azeri: "az",
  slovene: "sl",
  frisian: "fy",
  moldovan: "ro",
  "bahasa indonesia": "id",
  "bahasa melayu": "ms",
  "bahasa malaysia": "ms",
  kurmanji: "ku",
  sorani: "ku",
  ckb: "ku",
  "egyptian arabic": "ar",
  arz: "ar",
  "moroccan arabic": "ar",
  ary: "ar",
};

/** In brackets they are scripts. */
const SCRIPTS = new Set(["latin", "arabic"]);

/**
 * The code of a language that is certain by what was said: `DE`, `de-DE`, `deu`, `German`, `Deutsch`, `German (Swiss)`, `de (German)`.
 * What names two languages is not.
 */
export function toLanguageCode(said: string): string | undefined {
  const text = said.toLowerCase().replaceAll(/^[\s"'“”‘’`*]+|[\s"'“”‘’`*.,;:!]+$/g, "");
  const [, outside = text, inside = ""] = /^([^([]+?)\s*[([]([^)\]]*)[)\]]?$/.exec(text) ?? [];
  const [code, ...others] = new Set(outside.split(/\s*[/,;:|=]\s*|\s+[-–—]\s+/).map(codeOf));
  if (code === undefined || others.length > 0) return undefined;
  // A country may stand in the brackets, and its code may be that of another language.
  const meant = inside.split(/\s*[/,;|]\s*/).filter((name) => name.length > 3 && !SCRIPTS.has(name));
  return meant.every((name) => [code, undefined].includes(known().get(name))) ? code : undefined;
}

function known(): ReadonlyMap<string, string> {
  names ??= nameLanguages();
  return names;
}

function codeOf(text: string): string | undefined {
  if (LANGUAGES.has(text)) return text;
  const named = known().get(text);
  if (named !== undefined) return named;
  try {
    const { language } = new Intl.Locale(text.replaceAll("_", "-"));
    return LANGUAGES.has(language) ? language : undefined;
  } catch {
    return undefined;
  }
}

/** English and own names, such as `german` and `deutsch`. A name that stands for two languages is left out. */
function nameLanguages(): Map<string, string> {
  const english = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
  const named = [...LANGUAGES, ...KINDS.split(/\s+/)].flatMap((tag) => {
    const code = tag.slice(0, 2);
    const own = new Intl.DisplayNames(tag, { type: "language", fallback: "none" }).of(tag);
    return [english.of(tag), own].flatMap((name) => (name ? [[name.toLowerCase(), code] as const] : []));
  });
  const byName = Map.groupBy([...named, ...Object.entries(OTHER_NAMES)], ([name]) => name);
  return new Map(
    [...byName].flatMap(([name, codes]) => {
      const [code, ...others] = new Set(codes.map(([, code]) => code));
      return code === undefined || others.length > 0 ? [] : [[name, code]];
    }),
  );
}
