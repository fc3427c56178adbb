import type { LanguageWords } from "../languageWords.ts";

export const pt: LanguageWords = {
  name: "Portuguese",
  letters: "ãõçâê",
  common:
    "o a os as um uma e é não eu com para por meu minha que em como quando onde posso está olá obrigado obrigada tenho do da no na nas nos se mas muito você preciso quero qual são ao à bom boa dia noite tarde de até já me às há quem estou aos foram num dos das queria",
  categories: {
    SCHEDULE_HOURS: "escala turnos turno folga entro horas-entro trabalho-na trabalho-no horário descanso mudaram-me",
    LEAVE_VACATION: "férias feria dias-de-férias tirar-férias licença feriado-livre ausência parental",
    SICK_LEAVE_RECOVERY: "doente doença atestado febre baixa torci médico seguro acidente hospital recuper",
    SALARY_COMPENSATION:
      "salário holerite pagamento recibo ordenado horas-noturnas feriados subsídio gorjetas vencimento adiantamento",
    CONTRACT_HOURS: "contrato termo renovar passar-de tempo-parcial tempo-inteiro horas-semanais efetivo experiência",
    ONBOARDING: "integração admissão começo primeira-semana primeiro-dia formação bem-vind documentos-levar",
    OFFBOARDING: "demissão rescisão aviso-prévio último-dia despedi reforma chaves carta-de",
    WORKWEAR_STAFF_PASS: "farda crachá sapatos cartão avental calças vestiário casaco luvas rouparia cacifo",
    TEAM_CONTACTS: "contato contacto telefone chefe colega extensão número-de falar-com responsável",
    PERSONAL_QUESTIONS: "endereço morada mudei casei pessoais grávida iban apelido declaração divórcio",
    ACCESS_LOGIN: "senha acesso entrar bloquead palavra-passe código iniciar-sessão utilizador conta",
    SOCIAL_QUESTIONS: "piada churrasco pastel canela festa natal aniversário futebol música",
  },
  moods: {
    positive: "perfeito ótimo maravilhos feliz alegria adorei anos-bons excelente fantástic dos-nossos contente",
    negative:
      "inaceitável vergonha irritad péssim horrível decepcionad reclama errado faltam farto farta outra-vez isto-não mudaram disseram-o não-se culpa-não três-semanas ninguém",
    escalation: "advogad sindicat escalado uma-pessoa direção gerente",
    hr: "recursos-humanos para-rh =rh",
    forward: "encaminh encaminhei encaminhado passar enviar",
  },
};
