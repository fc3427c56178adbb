import { hash } from "node:crypto";

export const ROLES = ["User", "Assistant", "System"] as const;

/** Who speaks in a message. */
export type Role = (typeof ROLES)[number];

/** Words by which transcripts name who speaks, as normaliseWord() gives them. */
const WORDS: Record<Role, string> = {
  User: `user, end user, customer, visitor, client, guest, caller, human, person, consumer, contact, me, you,
    gebruiker, klant, bezoeker, cliënt, gast, kunde, kundin, kunde/kundin, besucher, besucherin, nutzer, nutzerin, benutzer,
    anrufer, utilisateur, utilisatrice, visiteur, visiteuse, cliente, usuario, usuaria, visitante, utente, visitatore,
    usuário, utilizador, bruger, kunden, användare, kund, bruker, klient, użytkownik, gość, kullanıcı, müşteri`,
  Assistant: `assistant, bot, chatbot, agent, ai, ai assistant, ai agent, virtual assistant, virtual agent, digital assistant,
    live agent, support, support agent, service agent, customer service, customer support, helpdesk, service desk, operator,
    advisor, adviser, representative, rep, staff, employee, consultant, model, gpt, assistent, assistente, medewerker,
    medewerkster, klantenservice, adviseur, mitarbeiter, mitarbeiterin, berater, beraterin, kundenservice, kundendienst, ki,
    conseiller, conseillère, assistante, asistente, agente, operador, operatore, consulente, medarbejder, medarbetare,
    rådgiver, asystent, konsultant, temsilci, asistan`,
  System: `system, system message, systeem, systeembericht, systemmeldung, systemnachricht, système, sistema, systém, sistem,
    info, notice, event`,
};

const USUAL: ReadonlyMap<string, Role> = new Map(
  ROLES.flatMap((role) => WORDS[role].split(",").map((word) => [normaliseWord(word), role])),
);

/** What may follow the word: a number or a name, as in `Agent 2`, `Agent (Anna)` or `Bot #1`. */
const ADDITION = /\s*(?:\([^()]{0,60}\)|#?\d{1,6})\s*$/;

/** The names kept in mind; beyond these, all are forgotten and read again. */
const MOST_NAMES = 1_000;

/** Answers who speaks under this name; undefined for one that is no role. */
export type RoleReader = (name: string) => Role | undefined;

/** Further words for the roles. */
export type RoleWords = { [R in Role]?: readonly string[] | undefined };

/** Reads the usual words for the roles in any case, and those that a company has added. */
export function createRoleReader(added: RoleWords = {}): RoleReader {
  const own = new Map<string, Role>();
  for (const role of ROLES) {
    for (const word of added[role] ?? []) own.set(normaliseWord(word), role);
  }
  const find = (name: string) => own.get(name) ?? USUAL.get(name);
  const read = (name: string) => find(normaliseWord(name)) ?? find(normaliseWord(name.replace(ADDITION, "")));
  // A file has few names, and each on every other line.
  const known = new Map<string, Role | undefined>();
  return (name) => {
    if (known.has(name)) return known.get(name);
    if (known.size >= MOST_NAMES) known.clear();
    const role = read(name);
    known.set(name, role);
    return role;
  };
}

/** A short text that stands for these words: another one wherever a transcript may read differently with them; empty for none. */
export function fingerprintOf(words: RoleWords): string {
  const all = ROLES.map((role) => [...new Set((words[role] ?? []).map(normaliseWord))].sort());
  return all.flat().length === 0 ? "" : hash("sha256", JSON.stringify(all), "hex").slice(0, 16);
}

/** A word as it is compared: whatever its case, its blanks and hyphens. */
export function normaliseWord(word: string): string {
  return word
    .normalize("NFKC")
    .trim()
    .replace(/[\s_-]+/g, " ")
    .toLowerCase();
}
