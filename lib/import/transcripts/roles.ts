/** Who speaks in a message. */
export type Role = "User" | "Assistant" | "System";

/** Words by which transcripts name who speaks, as normalise() gives them. */
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

const ROLES: ReadonlyMap<string, Role> = new Map(
  (Object.keys(WORDS) as Role[]).flatMap((role) => WORDS[role].split(",").map((word) => [normalise(word), role])),
);

/** What may follow the word: a number or a name, as in `Agent 2`, `Agent (Anna)` or `Bot #1`. */
const ADDITION = /\s*(?:\([^()]{0,60}\)|#?\d{1,6})\s*$/;

/** The names kept in mind; beyond these, all are forgotten and read again. */
const MOST_NAMES = 1_000;

/** Answers who speaks under this name; undefined for one that is no role. */
export type RoleReader = (name: string) => Role | undefined;

/** Further words for the roles. */
export type RoleWords = Partial<Record<Role, readonly string[]>>;

/** Reads the usual words for the roles in any case, and those that a company has added. */
export function createRoleReader(added: RoleWords = {}): RoleReader {
  const own = new Map<string, Role>();
  for (const [role, words] of Object.entries(added)) {
    for (const word of words) own.set(normalise(word), role as Role);
  }
  const find = (name: string) => own.get(name) ?? ROLES.get(name);
  const read = (name: string) => find(normalise(name)) ?? find(normalise(name.replace(ADDITION, "")));
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

function normalise(word: string): string {
  return word
    .normalize("NFKC")
    .trim()
    .replace(/[\s_-]+/g, " ")
    .toLowerCase();
}
