import type { LanguageWords } from "../languageWords.ts";

export const nl: LanguageWords = {
  name: "Dutch",
  common:
    "de het een en ik niet is van voor met mijn hoe wat kan heb heeft je jij wij zijn wordt word graag waar wanneer naar op aan er maar ook nog bij ben mij dat dit hallo hoi hee dag bedankt dankjewel goedemorgen goedemiddag waarom welke moet uw jullie wie als weer al om wil krijg krijgen geen zo dan dus nu ga",
  categories: {
    SCHEDULE_HOURS:
      "*rooster dienstrooster werktijd ploegendienst dienst *diensten ruil route werk-ik begin-ik klok rusttijd ingepland weekenden",
    LEAVE_VACATION:
      "*verlof vakantie vrije-dag vrij-van feestdag verlofuren trouwt saldo ouderschapsverlof bijzonder-verlof",
    SICK_LEAVE_RECOVERY:
      "ziek griep koorts dokter herstel beter hersteld *bedrijfsarts re-integratie rug overgegeven huisarts ongeluk *behandeling verzuim",
    SALARY_COMPENSATION:
      "salaris loon *loonstrook uitbetal overuren *toeslag =ort betaald *vergoeding reiskosten kilometer fiets gestort salarisstrook trede declareer eindejaarsuitkering",
    CONTRACT_HOURS:
      "contract contracturen deeltijd voltijd arbeidsduur uur-in ingepland meer-uren uren-uitbreid proeftijd vast-contract wil-naar",
    ONBOARDING:
      "inwerk eerste-dag onboarding ik-begin e-learning in-dienst bekwaamtoets leeromgeving introductie nieuwe-collega meenemen",
    OFFBOARDING:
      "ontslag opzeg uitdienst uit-dienst *opzegtermijn stop-ermee pensioen afscheid getuigschrift inleveren laatste-werkdag",
    WORKWEAR_STAFF_PASS:
      "werkkleding bedrijfskleding schoenen *personeelspas pas-kwijt *werkjas jas kleding uniform pasje toegangspas rits",
    TEAM_CONTACTS:
      "contactpersoon telefoonnummer leidinggevende teamleider bereik nummer =wie toestel steunpunt bereikbare-dienst telefoonlijst",
    PERSONAL_QUESTIONS:
      "persoonlijk adres verhuis verhuisd getrouwd trouwen *achternaam rekeningnummer scheiding cursus zwanger burgerservice",
    ACCESS_LOGIN:
      "wachtwoord *inlog inloggen geblokkeerd toegang authenticat vergrendeld cliëntdossier account code nieuw-toestel roosterapp",
    SOCIAL_QUESTIONS:
      "feest grap weer-vandaag borrel kerst uitje jarig gedicht *versje lievelings hoe-oud een-mens arabisch verjaardag betekent",
  },
  moods: {
    positive:
      "geweldig fijn mooi blij fantastisch =top-geregeld lekker leuk super prachtig perfect verademing gezellig zin-in hartstikke compliment goed-geregeld haha lief prachtige",
    negative:
      "boos belachelijk onacceptabel teleurgesteld waardeloos schandalig klacht slecht verschrikkelijk fout wéér klopt-niet kwijt helpt-niet niks-aan beloofd baal geen-tablet geen-toegang geweigerd afgewezen derde-keer vierde-keer kom-niet klaar-mee pizzeria voor-niets druk-gezet loop-helemaal nog-steeds echt-niet scheiding vergrendeld eerst-zien zorg-dan slaap-er laat-maar teruggezet niet-blij door-mijn structureel",
    escalation:
      "advocaat jurist vakbond leidinggevende-nu geëscaleerd gesprek-overgedragen verbind-je iemand-over iemand-spreken een-mens-graag mens-graag",
    hr: "=hr personeelszaken =p&o hr-advies hr-verzuim hr-salaris",
    forward: "doorgestuur doorsturen doorverwijs stuur leg doorgezet voorgelegd",
  },
};
