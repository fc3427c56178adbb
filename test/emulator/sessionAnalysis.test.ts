import { expect, test } from "vitest";
import { analyseSession } from "../../emulator/answers/sessionAnalysis.ts";

const cases: [language: string, sentiment: string, category: string, text: string][] = [
  [
    "en",
    "POSITIVE",
    "SCHEDULE_HOURS",
    "User: Hi, when does my shift start on Monday?\nAssistant: At 7.\nUser: Great, thank you!",
  ],
  [
    "en",
    "NEGATIVE",
    "SALARY_COMPENSATION",
    "User: My payslip is wrong again. This is unacceptable!!\nAssistant: I am sorry.",
  ],
  ["de", "NEUTRAL", "LEAVE_VACATION", "User: Guten Tag, wie kann ich meinen Urlaub beantragen?\nAssistant: Im Portal."],
  [
    "de",
    "NEGATIVE",
    "ACCESS_LOGIN",
    "User: Ich bin wütend, mein Passwort geht schon wieder nicht und ich bin gesperrt.",
  ],
  [
    "nl",
    "NEUTRAL",
    "SICK_LEAVE_RECOVERY",
    "User: Hallo, ik ben ziek en heb koorts. Hoe kan ik mij melden?\nAssistant: Bel de planning.",
  ],
  [
    "fr",
    "POSITIVE",
    "WORKWEAR_STAFF_PASS",
    "User: Bonjour, où est-ce que je peux avoir mon badge et ma tenue ?\nAssistant: Au bureau.\nUser: Parfait, merci !",
  ],
  ["es", "NEUTRAL", "CONTRACT_HOURS", "User: Hola, ¿cuándo termina mi contrato y cómo puedo cambiar la jornada?"],
  [
    "it",
    "NEGATIVE",
    "SALARY_COMPENSATION",
    "User: Buongiorno, la mia busta paga di marzo non è arrivata, sono molto delusa.",
  ],
  ["pt", "NEUTRAL", "OFFBOARDING", "User: Olá, como posso entregar a minha demissão e qual é o aviso prévio?"],
  ["pl", "NEUTRAL", "LEAVE_VACATION", "User: Dzień dobry, jak mogę złożyć wniosek o urlop?"],
  ["tr", "NEUTRAL", "SALARY_COMPENSATION", "User: Merhaba, maaş bordrosu ne zaman gelir? Benim maaşım yok."],
  ["en", "NEUTRAL", "UNRECOGNIZED_OTHER", "User: What is the capital of that country?"],
  [
    "en",
    "NEUTRAL",
    "ONBOARDING",
    "User: What do I need for my first day? The induction is on Monday.\nAssistant: Your passport.",
  ],
  ["en", "NEUTRAL", "TEAM_CONTACTS", "User: Who is my supervisor and what is the phone number?"],
  ["en", "NEUTRAL", "PERSONAL_QUESTIONS", "User: I moved, how do I change my address?"],
  ["en", "NEUTRAL", "SOCIAL_QUESTIONS", "User: Do you know a joke about the weather?"],
];

test.each(cases)("%s, %s, %s", (language, sentiment, category, text) => {
  const answer = analyseSession(text);
  expect(answer).toMatchObject({ language, sentiment, category });
  expect(String(answer.summary).length).toBeGreaterThanOrEqual(10);
  expect(String(answer.summary).length).toBeLessThanOrEqual(300);
});

test("escalation and HR are seen, and only where they are", () => {
  const plain = analyseSession("User: I work in human resources. When is my shift?\nAssistant: At 7.");
  expect(plain).toMatchObject({ escalated: false, forwardedhr: false });
  const angry = analyseSession(
    "User: Get me a real person or my lawyer will call.\nAssistant: I will forward your case to HR today.",
  );
  expect(angry).toMatchObject({ escalated: true, forwardedhr: true });
  expect(angry.summary).toContain("Escalated and forwarded to HR");
});

test("a summary quotes what the user came for, without greeting, in few words", () => {
  const summaryOf = (text: string) => analyseSession(text).summary;
  expect(
    summaryOf("User: Hoi, wanneer krijg ik mijn nieuwe rooster?\nAssistant: Vrijdag.\nUser: Super, dankjewel!"),
  ).toBe(
    "About work schedules and shift times, in Dutch: “Wanneer krijg ik mijn nieuwe rooster?” Answered at once; the user was pleased.",
  );
  expect(summaryOf("User: Guten Tag\nUser: Ich habe am 3. Mai meinen Ausweis verloren")).toBe(
    "About workwear and the staff pass, in German: “Ich habe am 3. Mai meinen Ausweis verloren”. Left without a reply.",
  );
  expect(summaryOf("User: ?")).toBe("About something outside the usual topics, in English: “?” Left without a reply.");
  expect(summaryOf("Assistant: Hello, can I help?")).toBe(
    "About something outside the usual topics, in English. Answered at once.",
  );
  const long = String(summaryOf(`User: My payslip is late. ${"It was promised again and again. ".repeat(50)}`));
  expect(long).toContain(
    "“My payslip is late. It was promised again and again. It was promised again and again. …” Left",
  );
  const endless = String(summaryOf(`User: ${"a".repeat(5_000)} payslip`));
  expect(endless).toMatch(/“Aaaa.*a …” Left/);
  expect(endless.length).toBeLessThanOrEqual(300);
});

test("a summary leaves out addresses, links, account and telephone numbers", () => {
  const summary = analyseSession(
    "User: Write to ada@example.com or https://example.com/me, call +31 6 1234 5678, pay to NL91ABNA0417164300 please",
  ).summary;
  expect(summary).toContain("“Write to … or … call …, pay to … please”");
});

test("questions are in English, at most five, none twice", () => {
  const english = analyseSession("User: hello, when is my shift? And who is my supervisor?\nAssistant: Anything else?");
  expect(english.questions).toEqual(["When is my shift?", "And who is my supervisor?"]);
  const german = analyseSession(
    "User: Wann kommt mein Gehalt? Und wie viel Urlaub habe ich noch?\nUser: Und der Lohn?",
  );
  expect(german.questions).toEqual([
    "When will my salary be paid?",
    "How do I request leave?",
    "Why is my payslip lower than expected?",
  ]);
  const many = analyseSession(`User: ${"Is this one question of many? Or that one over there? ".repeat(20)}`);
  expect(many.questions).toHaveLength(2);
  expect(
    analyseSession(`User: ${Array.from({ length: 9 }, (_, i) => `Is number ${i} right?`).join(" ")}`).questions,
  ).toHaveLength(5);
});

test("a script is enough to know a language", () => {
  const languageOf = (text: string) => analyseSession(`User: ${text}`).language;
  expect(languageOf("Когда моя смена?")).toBe("ru");
  expect(languageOf("Коли моя зміна? Її немає")).toBe("uk");
  expect(languageOf("متى تبدأ مناوبتي؟")).toBe("ar");
  expect(languageOf("シフトはいつですか")).toBe("ja");
});

test("a megabyte without a full stop is analysed too", () => {
  const answer = analyseSession(`User: ${"word ".repeat(200_000)}`);
  expect(answer.questions).toEqual([]);
});
