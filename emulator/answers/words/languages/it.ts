import type { LanguageWords } from "../languageWords.ts";

export const it: LanguageWords = {
  name: "Italian",
  letters: "ìòè",
  common:
    "il lo la gli le un una è non io con per mio mia che in come quando dove posso sono ho hai del della dei delle di si ma molto grazie ciao salve buongiorno vorrei perché quale nel alla al anche devo mi questo e i a da chi quanto quante ci cosa se fino dal ha hanno oggi sabato",
  categories: {
    SCHEDULE_HOURS:
      "orario turni turno attacco cambio-con riposo domenica-di domenica giorni-di-fila pianificazione spostato",
    LEAVE_VACATION: "ferie permess vacanz festività giorni-liberi congedo maternità aspettativa",
    SICK_LEAVE_RECOVERY: "malatt malattia medico febbre influenza infortun certificato guarit ospedale",
    SALARY_COMPENSATION:
      "stipend busta cedolino straordinari pagament domeniche mance tredicesima rimbors anticipo premio",
    CONTRACT_HOURS:
      "contratto tempo-determinato rinnovo part-time tempo-pieno scade indeterminato ore-settimanali prova",
    ONBOARDING: "inserimento assunzione comincio primo-giorno corso formazione haccp inizio benvenut porto",
    OFFBOARDING: "dimission licenziament preavviso liquidazione ultimo-giorno pensione tfr",
    WORKWEAR_STAFF_PASS: "divisa scarpe tesserin badge giacca grembiule guardaroba armadietto guanti",
    TEAM_CONTACTS: "contatt telefono responsabile collega interno manutenzione chi-è numero-di a-chi",
    PERSONAL_QUESTIONS: "indirizz trasloc sposat anagrafic incinta iban cognome dati attestat",
    ACCESS_LOGIN: "accedere accesso bloccat codice password gestionale utenza entrare app-chiede riconosce credenzial",
    SOCIAL_QUESTIONS: "festa barzellett battuta natale canzone carbonara compleanno calcio tempo-fa",
  },
  moods: {
    positive:
      "perfetto-davvero ottimo fantastic felice benissimo eccellent grande bello assunto adoro meravigli splendid contento contenta",
    negative:
      "inaccettabil arrabbiat vergogn pessim delus orribil ingiust scandalos mancano stufo perdendo terza-volta quarta-domenica rotto nemmeno reclam schifo basta-così",
    escalation: "avvocat sindacat dirett direzione-operativa una-persona segnalazione-inoltrata",
    hr: "risorse-umane ufficio-personale ufficio-paghe",
    forward: "trasmett inoltr inoltrat passo invio",
  },
};
