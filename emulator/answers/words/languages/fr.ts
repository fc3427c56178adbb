import type { LanguageWords } from "../languageWords.ts";

export const fr: LanguageWords = {
  name: "French",
  letters: "çèêëîïôûœà",
  common:
    "le la les l un une et est je j ne n pas vous nous avec pour mon ma mes dans que qu qui quand comment où sur au du des ce c cette bonjour bonsoir salut coucou merci suis être ai avez puis pourquoi quel quelle quels mais votre peux on il y a d se plus elle si oui non chez me m très en ils",
  categories: {
    SCHEDULE_HOURS:
      "horaire planning équipe tournus coupure fermetures échanger finir-à commence-à repos heures-jeudi roulement journée-continue jours-de-suite",
    LEAVE_VACATION:
      "vacance congé congés =rtt poser pose solde férié maternité-quand jours-de repos-compensateur paternité",
    SICK_LEAVE_RECOVERY:
      "malad médecin arrêt-maladie arrêt fièvre grippe accident rétabli reprise mi-temps-thérapeutique hôpital bless",
    SALARY_COMPENSATION:
      "salaire paie *bulletin prime heures-sup rémunér fiche majoration acompte pourboire remboursement heures-de nuit-ne indemnité",
    CONTRACT_HOURS: "contrat temps-partiel temps-plein =cdi =cdd plein renouvel période-d heures-et avenant",
    ONBOARDING: "intégration premier-jour embauch j-arrive commence-le entrée-du apporter accueil formation nouveau",
    OFFBOARDING: "démission démissionner préavis licenci solde-de-tout quitte dernier-jour retraite rupture",
    WORKWEAR_STAFF_PASS: "badge tenue vêtement chaussure uniforme veste lingerie tablier vestiaire casier",
    TEAM_CONTACTS:
      "téléphone joindre responsable collègue numéro qui-s qui-est permanence poste mutuelle contacter maintenance",
    PERSONAL_QUESTIONS:
      "adresse déménag mariage personnel coordonnées bancaires enceinte attestation nom-de divorce harcèl rib",
    ACCESS_LOGIN: "connexion connecter mot-de identifiant bloqué accès =mdp session expirée ouvrir-la code compte",
    SOCIAL_QUESTIONS: "fête blague météo soirée noël accent anniversaire raconte chanson",
  },
  moods: {
    positive:
      "parfait génial formidable ravi merveilleu excellent hâte contente content heureux croyais super adore merci-vraiment saute deal",
    negative:
      "inacceptable scandal nul furieu déçu honte horrible colère énerv injuste plainte faux manque pas-payées encore-une refuse pleuré peur laissez-tomber n-arrive troisième impossible fatigu colle aucune-réponse problème marre robots",
    escalation: "avocat syndicat responsable-tout prud escalade direction-des un-humain une-personne directeur",
    hr: "=rh =drh ressources-humaines aux-rh",
    forward: "transmet transmis transfér transmettre envoie",
  },
};
