import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import { analyseSession } from "../../emulator/answers/sessionAnalysis.ts";
import { languages } from "../../emulator/answers/words/languages.ts";

const SAMPLES = join(import.meta.dirname, "../../samples");

/** What people might write, in words of their own, by language. None of it is in the samples. */
const said: Record<string, [category: string, sentiment: string, text: string][]> = {
  en: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Could you tell me which shift I am on next Sunday?"],
    ["LEAVE_VACATION", "NEUTRAL", "I would like two weeks of vacation in August, is that possible?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "My wage is wrong for the third month and nobody answers. Unacceptable."],
    ["OFFBOARDING", "NEUTRAL", "I want to resign, how long is my notice period?"],
    ["ONBOARDING", "POSITIVE", "I start on Monday and I am so excited! What should I bring on my first day?"],
    ["ACCESS_LOGIN", "NEGATIVE", "My account is locked again, this is ridiculous."],
  ],
  de: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Könnten Sie mir sagen, wann meine Spätschicht am Sonntag beginnt?"],
    ["LEAVE_VACATION", "NEUTRAL", "Ich hätte im August gern zwei Wochen Urlaub, geht das?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "Mein Gehalt ist zum dritten Mal falsch, das ist eine Unverschämtheit!"],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "Ich bin erkältet und gehe morgen zum Arzt, wo gebe ich das Attest ab?"],
    ["WORKWEAR_STAFF_PASS", "NEUTRAL", "Wo bekomme ich neue Arbeitskleidung in Größe L?"],
    ["SOCIAL_QUESTIONS", "NEUTRAL", "Wann ist dieses Jahr die Weihnachtsfeier?"],
  ],
  nl: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Waar kan ik mijn rooster voor volgende maand zien?"],
    ["LEAVE_VACATION", "NEUTRAL", "Ik wil graag in augustus op vakantie, hoe vraag ik dat aan?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "Mijn loonstrook is alweer fout, ik ben echt boos."],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "Ik heb griep en kan morgen niet werken, hoe meld ik dat?"],
    ["OFFBOARDING", "NEUTRAL", "Ik wil mijn ontslag indienen, aan wie stuur ik de brief?"],
    ["ONBOARDING", "POSITIVE", "Maandag is mijn eerste dag, ik heb er superveel zin in! Geweldig team."],
  ],
  fr: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Où est-ce que je peux voir le planning de la semaine prochaine ?"],
    ["LEAVE_VACATION", "NEUTRAL", "Je voudrais prendre des vacances en août, comment je fais ?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "Mon salaire est encore faux, je suis furieux."],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "J'ai la grippe et je vais chez le médecin demain, que dois-je envoyer ?"],
    ["ACCESS_LOGIN", "NEUTRAL", "Comment est-ce que je change mon mot de passe ?"],
    ["OFFBOARDING", "NEUTRAL", "Combien dure le préavis si je donne ma démission ?"],
  ],
  es: [
    ["SCHEDULE_HOURS", "NEUTRAL", "¿Dónde puedo ver el cuadrante de la próxima semana?"],
    ["LEAVE_VACATION", "NEUTRAL", "Quisiera coger vacaciones en agosto, ¿cómo lo solicito?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "Mi nómina vuelve a estar mal, es una vergüenza."],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "Tengo fiebre y mañana voy al médico, ¿qué tengo que enviar?"],
    ["ACCESS_LOGIN", "NEUTRAL", "¿Cómo cambio mi contraseña?"],
    ["ONBOARDING", "POSITIVE", "El lunes empiezo, ¡estoy encantada! ¿Qué papeles necesito el primer día?"],
  ],
  it: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Dove posso vedere i turni della prossima settimana?"],
    ["LEAVE_VACATION", "NEUTRAL", "Vorrei prendere le ferie ad agosto, come faccio la richiesta?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "Il mio stipendio è sbagliato di nuovo, è inaccettabile."],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "Ho l'influenza e domani vado dal medico, che cosa devo mandare?"],
    ["ACCESS_LOGIN", "NEUTRAL", "Come posso cambiare la mia password?"],
    ["OFFBOARDING", "NEUTRAL", "Quanto dura il preavviso per le dimissioni?"],
  ],
  pt: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Onde posso ver a escala da próxima semana?"],
    ["LEAVE_VACATION", "NEUTRAL", "Gostava de tirar férias em agosto, como faço o pedido?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "O meu salário está outra vez errado, é uma vergonha."],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "Estou com febre e amanhã vou ao médico, o que tenho de enviar?"],
    ["ACCESS_LOGIN", "NEUTRAL", "Como posso mudar a minha palavra-passe?"],
    ["OFFBOARDING", "NEUTRAL", "Qual é o aviso prévio para a demissão?"],
  ],
  pl: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Gdzie mogę zobaczyć grafik na przyszły tydzień?"],
    ["LEAVE_VACATION", "NEUTRAL", "Chciałbym wziąć urlop w sierpniu, jak złożyć wniosek?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "Moja wypłata znowu jest za niska, to skandal."],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "Mam gorączkę i jutro idę do lekarza, co mam wysłać?"],
    ["ACCESS_LOGIN", "NEUTRAL", "Jak mogę zmienić hasło do konta?"],
    ["ONBOARDING", "NEUTRAL", "W poniedziałek zaczynam pracę, co mam zabrać?"],
  ],
  tr: [
    ["SCHEDULE_HOURS", "NEUTRAL", "Gelecek hafta hangi vardiyadayım?"],
    ["LEAVE_VACATION", "NEUTRAL", "Ağustos ayında izin almak istiyorum, nasıl başvururum?"],
    ["SALARY_COMPENSATION", "NEGATIVE", "Maaşım yine eksik, bu rezalet."],
    ["SICK_LEAVE_RECOVERY", "NEUTRAL", "Ateşim var, yarın doktora gidiyorum. Ne göndermem gerekiyor?"],
    ["ACCESS_LOGIN", "NEUTRAL", "Şifremi nasıl değiştirebilirim?"],
    ["OFFBOARDING", "NEUTRAL", "İstifa etmek istiyorum, ihbar süresi ne kadar?"],
  ],
  sv: [["LEAVE_VACATION", "NEUTRAL", "Hej, hur ansöker jag om semester i augusti?"]],
  da: [["SALARY_COMPENSATION", "NEUTRAL", "Hej, hvornår får jeg min løn?"]],
  ro: [["LEAVE_VACATION", "NEUTRAL", "Bună, cum pot să cer concediu în august?"]],
  cs: [["LEAVE_VACATION", "NEUTRAL", "Dobrý den, jak mohu požádat o dovolenou?"]],
  hu: [["LEAVE_VACATION", "NEUTRAL", "Szia, hogyan kérek szabadságot augusztusban?"]],
  ru: [["SALARY_COMPENSATION", "NEUTRAL", "Когда придёт зарплата?"]],
  ar: [["SALARY_COMPENSATION", "NEUTRAL", "متى يصل راتب هذا الشهر؟"]],
};

test("every language that has words has a sentence here", () => {
  expect(Object.keys(said).toSorted()).toEqual(Object.keys(languages).toSorted());
});

describe.each(Object.entries(said))("%s", (language, sentences) => {
  test.each(sentences)("%s, %s: %s", (category, sentiment, text) => {
    expect(analyseSession(`User: ${text}`)).toMatchObject({ language, category, sentiment });
  });
});

describe("without the answers that were written for them, the samples", () => {
  const judged = readSamples().map(({ text, answer }) => ({ found: analyseSession(text), answer }));
  const shareOf = (isRight: (one: (typeof judged)[number]) => boolean, among = judged) =>
    among.filter(isRight).length / among.length;

  test.each([
    ["language", 0.98],
    ["category", 0.9],
    ["sentiment", 0.85],
    ["escalated", 0.95],
    ["forwarded_hr", 0.95],
  ] as const)("are judged as a person judged them: %s in at least %d of them", (field, least) => {
    const isRight = ({ found, answer }: (typeof judged)[number]) => found[field.replace("_", "")] === answer[field];
    expect(shareOf(isRight)).toBeGreaterThanOrEqual(least);
    for (const [language, among] of Map.groupBy(judged, ({ answer }) => answer.language)) {
      expect(shareOf(isRight, among), String(language)).toBeGreaterThanOrEqual(least - 0.15);
    }
  });

  test("have summaries that differ and fit", () => {
    const summaries = judged.map(({ found }) => String(found.summary));
    expect(new Set(summaries).size).toBe(summaries.length);
    for (const summary of summaries) {
      expect(summary.length, summary).toBeLessThanOrEqual(300);
      expect(summary.split(/\s+/).length, summary).toBeLessThanOrEqual(40);
    }
  });
});

/** Every sample session, as its transcript or, without one, its first message. */
function readSamples(): { text: string; answer: Record<string, unknown> }[] {
  const companies: { file: string; transcripts: string }[] = JSON.parse(
    readFileSync(join(SAMPLES, "companies.json"), "utf8"),
  );
  return companies.flatMap(({ file, transcripts }) => {
    const rows: string[][] = parse(readFileSync(join(SAMPLES, file)), { relax_column_count: true });
    const firstMessages = new Map(rows.map((row) => [row[0], row[15]]));
    const lines = readFileSync(join(SAMPLES, transcripts, "answers.jsonl"), "utf8")
      .trim()
      .split("\n");
    return lines.map((line) => {
      const { session, answer } = JSON.parse(line);
      const transcript = join(SAMPLES, transcripts, `${session}.txt`);
      const text = existsSync(transcript)
        ? readFileSync(transcript, "utf8")
        : `User: ${firstMessages.get(session) ?? ""}`;
      return { text, answer };
    });
  });
}
