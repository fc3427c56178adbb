import { hash } from "node:crypto";

export const ROLES = ["User", "Assistant", "System"] as const;

/** Who speaks in a message. */
export type Role = (typeof ROLES)[number];

/** Who a name stands for: staff answer questions, unless somebody else does and nobody asks; then the questions are theirs. */
export type Speaker = Role | "Staff";

/** What a name says of who speaks. */
interface Named {
  speaker: Speaker;
  /** It is said of other things, too: `Contact: hr@acme.com` or `Model: X5` in an answer begin no message. */
  isWeak: boolean;
}

/** German forms for all genders: `Nutzer*in`, `Berater:in`, `Kund_innen`. */
const GENDERED = /[*:_/·]-?in(?:nen)?$/;

/** Words by which transcripts name who speaks, as normaliseWord() gives them. */
const WORDS: Record<Speaker, string> = {
  User: `user, end user, customer, visitor, client, guest, caller, human, person, consumer, contact, me, you, patient,
    service user, ik, jij, ich, du, sie, moi, tu, vous, yo, usted, jag, jeg, я, вы,
    gebruiker, klant, bezoeker, cliënt, gast, werknemer, kunde, kundin, kunde/kundin, besucher, besucherin, nutzer,
    nutzerin, benutzer, anrufer, arbeitnehmer, arbeitnehmerin, utilisateur, utilisatrice, visiteur,
    visiteuse, cliente, usuario, usuaria, visitante, utente, visitatore, usuário, utilizador, bruger, kunden, användare, kund,
    bruker, klient, użytkownik, gość, kullanıcı, müşteri, asiakas, käyttäjä, zákazník, uživatel, ügyfél, felhasználó, utilizator,
    korisnik, пользователь, клиент, покупатель, посетитель, користувач, клієнт, χρήστης, πελάτης, 用户, 客户, 访客, ユーザー, お客様,
    사용자, 고객, مستخدم, المستخدم, عميل, العميل, משתמש, לקוח`,
  Staff: `employee, staff, medewerker, medewerkster, mitarbeiter, mitarbeiterin, medarbejder, medarbetare, collaborateur,
    collaboratrice, empleado, empleada, dipendente, pracownik, pracowniczka`,
  Assistant: `assistant, bot, chatbot, chat bot, chatgpt, agent, ai, ai assistant, ai agent, virtual assistant, virtual agent,
    digital assistant, live agent, support, support agent, service agent, customer service, customer support, customer care,
    customer success, customer relations, guest services, guest relations, client services, service client, relation client,
    klant contact center, servicio al cliente, atención al cliente, suporte ao cliente, apoio ao cliente, atendimento ao cliente,
    servizio clienti, assistenza clienti, virtuele assistent, digitale assistent, virtueller assistent, virtuelle assistentin,
    digitaler assistent, assistant virtuel, assistante virtuelle, agent virtuel, asistente virtual, agente virtual,
    assistente virtual, assistente virtuale, agente virtuale, virtuell assistent, wirtualny asystent, helpdesk,
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

/** Words that say who speaks only by themselves: a Contact Center is no contact. */
const ALONE = setOf(`contact, me, you, person, human, model, rep, info, notice, event, consumer, patient,
  ik, jij, ich, du, sie, moi, tu, vous, yo, usted, jag, jeg, я, вы`);
/** With one of these, customers are whom somebody is there for: `Customer Care Line`. */
const DESKS = setOf(`service, services, care, success, relation, relations, center, centre, desk, team, hotline,
  servicio, atención, suporte, apoio, atendimento, servizio, assistenza`);
/** With these a sentence or a letter begins: `Your Client`, `Dear Customer`. */
const NO_NAMES =
  setOf(`the, this, your, my, our, new, dear, hello, de, het, een, deze, uw, je, jouw, mijn, onze, nieuwe, beste,
  geachte, der, die, das, ein, eine, ihr, ihre, dein, deine, mein, meine, unser, unsere, neue, neuer, liebe, lieber, le, la, les, un,
  une, votre, vos, notre, nos, mon, nouveau, nouvelle, cher, chère, el, los, las, su, mi, nuestro, nuestra, nuevo, nueva, estimado, il`);

const USUAL: ReadonlyMap<string, Named> = new Map(
  SPEAKERS.flatMap((speaker) => [...setOf(WORDS[speaker])].map((word) => [word, { speaker, isWeak: ALONE.has(word) }])),
);

/** What may follow the word: a number or a name, as in `Agent 2`, `Agent (Anna)` or `Bot #1`. */
const ADDITION = /\s*(?:\([^()]{0,60}\)|#?\d{1,12})\s*$/;
/** A role after a name: `Anna (Agent)`. */
const IN_BRACKETS = /\(([^()]{1,60})\)\s*$/;

const MOST_WORDS = 4;
/** As names are written, and the beginnings of sentences are not: `Agent Anna`, `HR Assistant`. */
const NAME_LIKE = /^[\p{Lu}\p{Lt}\p{Lo}\d#]/u;
const CAPITALS = /^\p{Lu}{2,}$/u;
/** As Romance languages put it: `Conseiller Client`. */
const FOR_CLIENTS = /^client/;

/** The names kept in mind; beyond these, all are forgotten and read again. */
const MOST_NAMES = 1_000;

/**
 * Answers who speaks under this name; undefined for one that is no role. `isSure`: a time before it says that it is a name,
 * so a role is looked for within it, however it is written.
 */
export type RoleReader = (name: string, isSure?: boolean) => Named | undefined;

/** Further words for the roles. */
export type RoleWords = { [R in Role]?: readonly string[] | undefined };

/** Reads the usual words for the roles in any case, and those that a company has added. */
export function createRoleReader(added: RoleWords = {}): RoleReader {
  const own = new Map<string, Named>();
  for (const speaker of ROLES) {
    for (const word of added[speaker] ?? []) own.set(normaliseWord(word), { speaker, isWeak: false });
  }
  const find = (name: string) => own.get(name) ?? USUAL.get(name);
  const read = (name: string, isSure: boolean): Named | undefined => {
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
  const known = new Map<string, Named | undefined>();
  return (name, isSure = false) => {
    const key = isSure ? `\0${name}` : name;
    if (known.has(key)) return known.get(key);
    if (known.size >= MOST_NAMES) known.clear();
    const named = read(name, isSure);
    known.set(key, named);
    return named;
  };
}

/** Staff answer; where an assistant does and nobody else asks, the questions are theirs. */
export function roleOfStaff(speakers: readonly (Speaker | undefined)[]): Role {
  return speakers.includes("Assistant") && !speakers.includes("User") ? "User" : "Assistant";
}

/** By the last word of a name, or else its first: `HR Assistant`, `Agent Anna`. */
function readWithin(name: string, isSure: boolean, find: (word: string) => Named | undefined): Named | undefined {
  const words = name.split(/[\s_-]+/u).filter((word) => word !== "");
  if (words.length < 2 || words.length > MOST_WORDS) return undefined;
  if (!isSure && !isLikeName(name)) return undefined;
  const normal = words.map(normaliseWord);
  const [first, last] = [normal.at(0), normal.at(-1)].map((word = "") => {
    const named = find(word);
    return named?.isWeak ? undefined : named?.speaker;
  });
  const speaker = first === "Assistant" && FOR_CLIENTS.test(normal.at(-1) ?? "") ? first : (last ?? first);
  if (!speaker) return undefined;
  const isServed = speaker === "User" || (speaker === "Staff" && !last);
  if (!isServed || !normal.some((word) => DESKS.has(word) && !find(word))) return { speaker, isWeak: false };
  return isSure ? { speaker: "Assistant", isWeak: false } : undefined;
}

/** `Virtual Assistant` and `HR-bot`, but not `a new client`, `Multi-user` or `The Client`. */
function isLikeName(name: string): boolean {
  const words = name.split(/[\s_]+/u).filter((word) => word !== "");
  if (NO_NAMES.has(normaliseWord(words[0] ?? ""))) return false;
  return words.every((word) =>
    word
      .split("-")
      .every(
        (part, index, parts) => part === "" || NAME_LIKE.test(part) || (index > 0 && CAPITALS.test(parts[0] ?? "")),
      ),
  );
}

/** A short text that stands for these words: another one wherever a transcript may read differently with them; empty for none. */
export function fingerprintOf(words: RoleWords): string {
  const all = ROLES.map((role) => [...new Set((words[role] ?? []).map(normaliseWord))].sort());
  return all.flat().length === 0 ? "" : hash("sha256", JSON.stringify(all), "hex").slice(0, 16);
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(",").map(normaliseWord));
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
