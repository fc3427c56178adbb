import type { LanguageWords } from "../languageWords.ts";

export const de: LanguageWords = {
  name: "German",
  letters: "äöüß",
  common:
    "der die das und ist nicht ich wir sie mit für auf ein eine einen einem wie was kann mein meine meinen meiner habe hat bitte wann wo zu den dem im es aber auch noch mir mich von vom werden wurde sind hallo danke guten tag moin servus warum welche muss ihr ihre bis heute morgen gibt wer bei an so schon seit immer nur wenn geht machen macht euch",
  categories: {
    SCHEDULE_HOURS:
      "dienstplan *schicht arbeitszeit einsatzplan *planung tausch *ruhezeit wochenende-arbeiten überstunden-habe arbeitszeitkont zeitumstellung anfangen-soll freinehmen dienstbeginn ankündigungsfrist",
    LEAVE_VACATION:
      "*urlaub ferien freizeitausgleich elternzeit sonderurlaub *urlaubstag brückentag *feiertag resturlaub",
    SICK_LEAVE_RECOVERY:
      "*krank arzt attest erkält fieber *grippe reha wiedereingliederung arbeitsunfall magen-darm eingliederung genes verletzt hamburger-modell krankengeld operation",
    SALARY_COMPENSATION:
      "gehalt lohn abrechnung *zuschläge *zulage auszahlung *weihnachtsgeld prämie geldwert netto brutto vwl *überstunden-fehlen fehlen *pauschale tarif spesen vergütung",
    CONTRACT_HOURS:
      "vertrag teilzeit vollzeit befrist wochenstunden arbeitsvertrag *probezeit leiharbeit übernommen übernahme stunden-gehen verlänger entfrist kündigungsfrist-in",
    ONBOARDING:
      "einarbeit ersten-tag erster-tag einstieg neuanfang onboarding ich-fange sicherheitsunterweisung einführung mitbringen *unterweisung neu-hier erste-woche probetag",
    OFFBOARDING:
      "kündig austritt arbeitszeugnis zeugnis aufhebung rausgeworfen fristlos rente *abfindung letzter-tag letzten-tag",
    WORKWEAR_STAFF_PASS:
      "arbeitskleidung *dienstausweis *ausweis *sicherheitsschuh uniform weste handschuh schuhe jacke spindschlüssel kleiderkammer helm dienstkleidung",
    TEAM_CONTACTS:
      "kontakt telefon ansprechpartner teamleit vorgesetzt durchwahl zuständig an-wen wer-ist erreich nummer-von notfallnummer mailadresse",
    PERSONAL_QUESTIONS:
      "adresse anschrift umgezogen umzug heirat geheiratet nachname bankverbindung persönlich steuerklasse gemobbt beleidigt bescheinigung schwanger namensänderung kontonummer",
    ACCESS_LOGIN:
      "*passwort anmeld einlogg gesperrt zugang zugriff handscanner terminal *benutzer login freischalt kennwort",
    SOCIAL_QUESTIONS:
      "feier witz wetter betriebsfest *weihnachtsfeier *kantine *fußball gewinnt unterhalte langweil ihr-seid geburtstag gedicht grillen",
  },
  moods: {
    positive:
      "=toll =tolle =toller =tolles klasse =prima wunderbar großartig hilfreich freue freut spitze happy =super-nett besten perfekt geschafft guter-tag wollte-mich lecker danke-wirklich danke-an genial herrlich",
    negative:
      "wütend ärger unverschämt katastroph furchtbar inakzeptabel enttäusch frech sauer beschwer falsch ungerecht unmöglich nervig nervt hinhalte nase-voll gemobbt beleidigt rausgeworfen fehlen gestrichen streichen aufgelegt vergiss kaputt hängt stehe-seit ich-stehe stehen-schlange niemand keiner natürlich endlich müll stimmt-vorne fehlt-mir keine-bewegung so-geht wie-soll immer-noch wo-bleibt ein-witz",
    escalation:
      "legal anwalt rechtsanwalt =chef =menschen *eskalier eskal geschäftsführ betriebsleitung mit-jemandem einen-menschen",
    hr: "=hr personalabteilung personalbüro =personal personalwesen hr-beschwerdestelle",
    forward: "weiterleit weitergeleitet leite weitergegeben übergabe vertraulich-an gebe-es eskaliert übergeben",
  },
};
