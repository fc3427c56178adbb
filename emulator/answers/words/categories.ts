/** What stands for a category: beginnings of words in many languages; `=` marks a whole word. */
interface CategoryWords {
  /** How a summary names it. */
  topic: string;
  /** What someone with this matter would ask, in English. */
  questions: readonly [string, string, string];
  words: string;
}

/** The categories of a chat session that can be recognised by words; every other is UNRECOGNIZED_OTHER. */
export const categories: Record<string, CategoryWords> = {
  SCHEDULE_HOURS: {
    topic: "work schedules and shift times",
    questions: ["When is my next shift?", "Can I swap a shift with a colleague?", "Where can I see my work schedule?"],
    words:
      "schedul shift roster rota timetable dienstplan schicht arbeitszeit einsatzplan rooster dienstrooster werktijd ploegendienst planning horaire équipe tournus horario turno cuadrante orario turni escala turnos grafik zmian vardiya mesai schema arbetspass vagtplan tură směn műszak график смен",
  },
  LEAVE_VACATION: {
    topic: "leave and vacation",
    questions: ["How do I request leave?", "How many vacation days do I have left?", "When will my leave be approved?"],
    words:
      "vacation holiday =leave =pto urlaub ferien freizeitausgleich verlof vakantie vrije-dag vacance congé congés =rtt vacaciones permiso ferie permess férias feria folga urlop wolne wakacj =izin izin izni tatil semester ledighet orlov concediu dovolen szabadság отпуск",
  },
  SICK_LEAVE_RECOVERY: {
    topic: "sick leave and recovery",
    questions: ["How do I report sick?", "Do I need a doctor's note?", "How do I return to work after an illness?"],
    words:
      "=sick sickness =ill illness =flu fever doctor hospital injur recover krank arzt attest erkält fieber grippe reha ziek griep koorts dokter herstel beter-meld malad médecin arrêt-maladie fièvre grippe enferm médico baja-médica fiebre gripe malatt malattia medico febbre influenza doente doença atestado febre =chory =chora chorob lekarz zwolnien l4 gorącz hasta rapor doktor ateş sjuk syg boală bolnav nemoc beteg болен больнич врач",
  },
  SALARY_COMPENSATION: {
    topic: "salary and compensation",
    questions: ["When will my salary be paid?", "Why is my payslip lower than expected?", "How is overtime paid?"],
    words:
      "salar payslip payroll payment paid =pay wage bonus overtime compensat gehalt lohn abrechnung überstund zulage auszahlung salaris loon loonstrook uitbetal overuren toeslag salaire paie bulletin prime heures-sup rémunér salario nómina sueldo pago =paga horas-extra stipend busta cedolino straordinari pagament salário holerite pagamento recibo pensja wypłat wynagrodz premi nadgodzin maaş bordro ücret prim ödeme lön lønseddel =løn salariu výplat mzd fizetés зарплат",
  },
  CONTRACT_HOURS: {
    topic: "the contract and its hours",
    questions: ["How many hours are in my contract?", "Can I change my contract hours?", "When does my contract end?"],
    words:
      "contract part-time parttime full-time fulltime weekly-hours vertrag teilzeit vollzeit befrist wochenstunden arbeitsvertrag contracturen deeltijd voltijd contrat temps-partiel =cdi =cdd contrato jornada contratto tempo-determinato umow =etat sözleşme avtal anställningsavtal kontrakt smlouv szerződés договор",
  },
  ONBOARDING: {
    topic: "starting in a new job",
    questions: [
      "What do I need for my first day?",
      "Which documents do I have to hand in?",
      "Who will train me in my first week?",
    ],
    words:
      "onboard first-day newcomer induction trainee starter orientation einarbeit ersten-tag einstieg neuanfang onboarding inwerk eersten starten inwerken intégration premier-jour embauch incorpora primer-día bienvenida inserimento assunzione integração admissão wdrożen pierwszy işe-başla oryantasyon introduktion nástup",
  },
  OFFBOARDING: {
    topic: "leaving the company",
    questions: ["What is my notice period?", "How do I hand in my resignation?", "When do I get my final documents?"],
    words:
      "resign terminat offboard notice-period quit quitting final-pay kündig austritt arbeitszeugnis aufhebung ontslag opzeg uitdienst opzegtermijn démission préavis licenci renunci despido preaviso finiquito dimission licenziament demissão rescisão aviso-prévio wypowiedzen zwolnić odejści istifa işten-ayrıl tazminat uppsäg opsig demisi výpověď felmond увол",
  },
  WORKWEAR_STAFF_PASS: {
    topic: "workwear and the staff pass",
    questions: ["How do I get a new staff pass?", "Where can I order workwear?", "What do I do when I lose my badge?"],
    words:
      "uniform workwear badge staff-pass staffpass shoes boots jacket clothing helmet arbeitskleidung dienstausweis ausweis sicherheitsschuh uniform weste werkkleding bedrijfskleding schoenen personeelspas tenue vêtement chaussure uniforme zapatos tarjeta-de ropa divisa scarpe tesserin badge farda crachá sapatos odzież ubran identyfikator buty üniforma iş-kıyafet yaka-kart ayakkab arbetskläd passerkort oděv форма пропуск",
  },
  TEAM_CONTACTS: {
    topic: "whom to contact",
    questions: [
      "Who is my supervisor?",
      "How can I reach my team lead?",
      "What is the phone number of the planning office?",
    ],
    words:
      "contact phone telephone supervisor team-lead teamlead colleague reach kontakt telefon ansprechpartner teamleit vorgesetzt kolleg contactpersoon telefoonnummer leidinggevende teamleider collega bereik téléphone joindre responsable collègue contacto teléfono supervisor jefe compañer contatt telefono responsabile collega contato telefone chefe colega kontaktow telefon przełożon kierownik iletişim telefon yönetici ekip-lider kontakt närmaste-chef контакт телефон",
  },
  PERSONAL_QUESTIONS: {
    topic: "personal details",
    questions: [
      "How do I change my address?",
      "Where do I update my bank account?",
      "Which personal details do you keep about me?",
    ],
    words:
      "address moved married marriage birthday personal-data personal bank-account iban surname anschrift adress umgezogen umzug heirat nachname bankverbindung persönlich persoonlijk adres verhuis getrouwd rekeningnummer adresse déménag mariage personnel coordonnées bancaires dirección mudad casad personales cuenta-bancaria indirizz trasloc sposat anagrafic endereço mudei casei pessoais adresu przeprowadz ślub nazwisk osobow adresim adres taşın evlen kişisel personuppgift adresa адрес",
  },
  ACCESS_LOGIN: {
    topic: "access and signing in",
    questions: ["How do I reset my password?", "Why can I not sign in?", "How do I get access to the app?"],
    words:
      "login log-in password passcode sign-in locked access account =app username reset passwort anmeld einlogg gesperrt zugang zugriff wachtwoord inlog inloggen geblokkeerd toegang connexion connecter mot-de-passe identifiant bloqué accès mdp contraseña acceso iniciar bloquead usuario accedere accesso bloccat senha acesso entrar bloquead hasło hasła logowan zalogow zablokow dostęp şifre parola giriş hesab erişim lösenord logga-in inloggning adgangskode parolă heslo přihlá jelszó парол вход",
  },
  SOCIAL_QUESTIONS: {
    topic: "social matters",
    questions: ["Is there a staff event this year?", "How are you today?", "Can you tell me a joke?"],
    words:
      "party joke weather weekend event outing bbq barbecue christmas canteen football feier witz wetter wochenende betriebsfest weihnacht kantine feest grap weer-vandaag borrel kerst uitje fête blague météo soirée noël fiesta chiste tiempo-hace cena-de navidad festa barzellett battuta natale piada churrasco impreza żart pogoda wigili parti şaka hava etkinlik piknik fest skämt vtip počasí праздник шутк",
  },
};
