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

/** The code of a language that is certain by what was said: `DE`, `de-DE`, `deu`, `German`, `Deutsch`, `German (Swiss)`. */
export function toLanguageCode(said: string): string | undefined {
  const text = said.trim().toLowerCase();
  if (LANGUAGES.has(text)) return text;
  names ??= nameLanguages();
  const named = names.get(text.replace(/\s*\([^)]*\)$/, ""));
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
  const named = [...LANGUAGES].flatMap((code) => {
    const own = new Intl.DisplayNames(code, { type: "language", fallback: "none" }).of(code);
    return [english.of(code), own].flatMap((name) => (name ? [[name.toLowerCase(), code] as const] : []));
  });
  const byName = Map.groupBy(named, ([name]) => name);
  return new Map(
    [...byName].flatMap(([name, codes]) => {
      const [code, ...others] = new Set(codes.map(([, code]) => code));
      return code === undefined || others.length > 0 ? [] : [[name, code]];
    }),
  );
}
