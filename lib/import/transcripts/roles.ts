import { hash } from "node:crypto";

export const ROLES = ["User", "Assistant", "System"] as const;

/** Who speaks in a message. */
export type Role = (typeof ROLES)[number];

/** Who a name stands for: staff answer questions, unless somebody else does and nobody asks; then the questions are theirs. */
export type Speaker = Role | "Staff";

/** German forms for all genders: `Nutzer*in`, `Berater:in`, `Kund_innen`. */
const GENDERED = /[*:_/·]-?in(?:nen)?$/;

/** Words by which transcripts name who speaks, as normaliseWord() gives them. */
const WORDS: Record<Speaker, string> = {
  User: `user, end user, customer, visitor, client, guest, caller, human, person, consumer, contact, me, you, patient,
    gebruiker, klant, bezoeker, cliënt, gast, werknemer, kunde, kundin, kunde/kundin, besucher, besucherin, nutzer,
    nutzerin, benutzer, anrufer, arbeitnehmer, arbeitnehmerin, utilisateur, utilisatrice, visiteur,
    visiteuse, cliente, usuario, usuaria, visitante, utente, visitatore, usuário, utilizador, bruger, kunden, användare, kund,
    bruker, klient, użytkownik, gość, kullanıcı, müşteri, asiakas, käyttäjä, zákazník, uživatel, ügyfél, felhasználó, utilizator,
    korisnik, пользователь, клиент, покупатель, посетитель, користувач, клієнт, χρήστης, πελάτης, 用户, 客户, 访客, ユーザー, お客様,
    사용자, 고객, مستخدم, المستخدم, عميل, العميل, משתמש, לקוח`,
  Staff: `employee, staff, medewerker, medewerkster, mitarbeiter, mitarbeiterin, medarbejder, medarbetare, collaborateur,
    collaboratrice, empleado, empleada, dipendente, pracownik, pracowniczka`,
  Assistant: `assistant, bot, chatbot, chatgpt, agent, ai, ai assistant, ai agent, virtual assistant, virtual agent,
    digital assistant, live agent, support, support agent, service agent, customer service, customer support, helpdesk,
    service desk, operator, advisor, adviser, representative, rep, consultant, model, gpt, assistent, assistente, klantenservice,
    adviseur, berater, beraterin, kundenservice, kundendienst, ki, conseiller, conseillère, assistante, asistente, agente,
    operador, operatore, consulente, rådgiver, rådgivare, asystent, konsultant, doradca, temsilci, asistan, asiakaspalvelija,
    avustaja, asistentka, operátor, asszisztens, ügyintéző, asistent, consilier, operater, ассистент, бот, оператор, агент,
    консультант, помощник, поддержка, асистент, помічник, βοηθός, σύμβουλος, 客服, 助手, 机器人, アシスタント, ボット, オペレーター, 상담원,
    챗봇, مساعد, المساعد, وكيل, עוזר, נציג, בוט`,
  System: `system, system message, systeem, systeembericht, systemmeldung, systemnachricht, système, sistema, systém, sistem,
    система, 系统, システム, info, notice, event`,
};
const SPEAKERS = ["User", "Staff", "Assistant", "System"] as const;

const USUAL: ReadonlyMap<string, Speaker> = new Map(
  SPEAKERS.flatMap((speaker) => WORDS[speaker].split(",").map((word) => [normaliseWord(word), speaker])),
);

/** What may follow the word: a number or a name, as in `Agent 2`, `Agent (Anna)` or `Bot #1`. */
const ADDITION = /\s*(?:\([^()]{0,60}\)|#?\d{1,12})\s*$/;
/** A role after a name: `Anna (Agent)`. */
const IN_BRACKETS = /\(([^()]{1,60})\)\s*$/;

/** Words that say who speaks only by themselves: a Contact Center is no contact. */
const ALONE = new Set([
  "contact",
  "me",
  "you",
  "person",
  "human",
  "model",
  "rep",
  "info",
  "notice",
  "event",
  "consumer",
  "patient",
]);
const MOST_WORDS = 4;
/** As names are written, and the beginnings of sentences are not: `Agent Anna`, `HR Assistant`. */
const NAME_LIKE = /^[\p{Lu}\p{Lt}\p{Lo}\d#]/u;

/** The names kept in mind; beyond these, all are forgotten and read again. */
const MOST_NAMES = 1_000;

/**
 * Answers who speaks under this name; undefined for one that is no role. `isSure`: a time before it says that it is a name,
 * so a role is looked for within it, however it is written.
 */
export type RoleReader = (name: string, isSure?: boolean) => Speaker | undefined;

/** Further words for the roles. */
export type RoleWords = { [R in Role]?: readonly string[] | undefined };

/** Reads the usual words for the roles in any case, and those that a company has added. */
export function createRoleReader(added: RoleWords = {}): RoleReader {
  const own = new Map<string, Role>();
  for (const role of ROLES) {
    for (const word of added[role] ?? []) own.set(normaliseWord(word), role);
  }
  const find = (name: string) => own.get(name) ?? USUAL.get(name);
  const read = (name: string, isSure: boolean): Speaker | undefined => {
    const plain = name.replace(ADDITION, "");
    const inBrackets = IN_BRACKETS.exec(name)?.[1];
    return (
      find(normaliseWord(name)) ??
      find(normaliseWord(plain)) ??
      (inBrackets ? find(normaliseWord(inBrackets)) : undefined) ??
      readWithin(plain, isSure, find)
    );
  };
  // A file has few names, and each on every other line.
  const known = new Map<string, Speaker | undefined>();
  return (name, isSure = false) => {
    const key = isSure ? `\0${name}` : name;
    if (known.has(key)) return known.get(key);
    if (known.size >= MOST_NAMES) known.clear();
    const speaker = read(name, isSure);
    known.set(key, speaker);
    return speaker;
  };
}

/** Staff answer; where an assistant does and nobody else asks, the questions are theirs. */
export function roleOfStaff(speakers: readonly (Speaker | undefined)[]): Role {
  return speakers.includes("Assistant") && !speakers.includes("User") ? "User" : "Assistant";
}

/** By the last word of a name, or else its first: `HR Assistant`, `Agent Anna`. */
function readWithin(name: string, isSure: boolean, find: (word: string) => Speaker | undefined): Speaker | undefined {
  const words = name.split(/[\s_-]+/u).filter((word) => word !== "");
  if (words.length < 2 || words.length > MOST_WORDS) return undefined;
  if (!isSure && !words.every((word) => NAME_LIKE.test(word))) return undefined;
  for (const word of [words.at(-1), words[0]]) {
    const normal = normaliseWord(word ?? "");
    const speaker = ALONE.has(normal) ? undefined : find(normal);
    if (speaker) return speaker;
  }
  return undefined;
}

/** A short text that stands for these words: another one wherever a transcript may read differently with them; empty for none. */
export function fingerprintOf(words: RoleWords): string {
  const all = ROLES.map((role) => [...new Set((words[role] ?? []).map(normaliseWord))].sort());
  return all.flat().length === 0 ? "" : hash("sha256", JSON.stringify(all), "hex").slice(0, 16);
}

/** A word as it is compared: whatever its case, its accents, its blanks and hyphens. */
export function normaliseWord(word: string): string {
  return word
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .trim()
    .toLowerCase()
    .replace(/[\p{M}]/gu, "")
    .replaceAll("ı", "i")
    .replace(GENDERED, "")
    .replace(/[\s_-]+/g, " ");
}
