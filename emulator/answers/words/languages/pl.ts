import type { LanguageWords } from "../languageWords.ts";

export const pl: LanguageWords = {
  name: "Polish",
  letters: "ąęłńśżźć",
  common:
    "nie jest i w na z do się że jak co kiedy gdzie mogę mam mi mój moja moje czy to po dla proszę dziękuję dzięki dzień dobry cześć hej witam jestem być ale już od za mnie o jaki jaka jaką dlaczego chcę przez który ile a jeszcze kto tu ma jutro we",
  categories: {
    SCHEDULE_HOURS: "grafik zmian zamien pracuję-w na-którą godzin-pracy dyżur zmianę sobotę czwartek",
    LEAVE_VACATION: "urlop wolne wakacj dni-urlopu święt wniosek-urlopowy do-rodziny",
    SICK_LEAVE_RECOVERY:
      "=chory =chora chorob lekarz zwolnienie-do zwolnienie l4 gorącz wypad szpital zdrow byłem-u byłam-u",
    SALARY_COMPENSATION: "pensja pensj wypłat wynagrodz premi nadgodzin zaliczk dodatek nocki podatek przelew",
    CONTRACT_HOURS: "umow =etat przedłuż stałe okres-próbny pół-etatu aneks",
    ONBOARDING: "wdrożen pierwszy zaczynam szkoleni instrukcj dokumenty-zabrać początek nowy",
    OFFBOARDING: "wypowiedzen zwolnić odejści wrócić-do zakończyć rezygn kaucja świadectwo",
    WORKWEAR_STAFF_PASS: "odzież ubran identyfikator buty rękawic kask przepustk magazynku kamizelk",
    TEAM_CONTACTS: "kontaktow telefon przełożon kierownik dzwonić kto-tu do-kogo numer mieszkania",
    PERSONAL_QUESTIONS: "adres przeprowadz ślub nazwisk osobow zaświadczen konto-bankowe ciąż rozwód",
    ACCESS_LOGIN: "hasło hasła logowan zalogow zablokow dostęp skaner konto-zablok kod-do aplikacj-nie",
    SOCIAL_QUESTIONS: "impreza żart pogoda wigili pierogi śląsku urodzin lubisz piłka",
  },
  moods: {
    positive: "świetn wspanial idealn ciesz zadowol ulga miło hahaha dobra-wiadomość super-że szacun cudown kocham",
    negative:
      "skandal wściek okropn niedopuszczaln rozczarow beznadziejn zły skarg znowu trzeci-raz drugi-raz brakuje wisi nikt-nie szkoda-słów zamarzają przemakają tak-nie zero czemu stoję dalej-nic bez-pytania straszy oby obiecy nieuczciw płaczę jutro-jutro",
    escalation: "gerente prawnik adwokat związk eskalacj człowieka kierownika-natychmiast dołączyła kierownikowi wyżej",
    hr: "=kadry kadrowy kadrach do-hr do-kadr kadr =hr",
    forward: "przekaz przekazuj przekazano trafia",
  },
};
