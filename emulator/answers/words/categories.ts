/** The categories that words can show; every other chat is UNRECOGNIZED_OTHER. */
export type CategoryName = keyof typeof categories;

interface Category {
  /** How a summary names it. */
  topic: string;
  /** What someone with this matter would ask, in English. */
  questions: readonly [string, string, string];
}

/** In the order in which they win where as much speaks for one as for another. */
export const categories = {
  OFFBOARDING: {
    topic: "leaving the company",
    questions: ["What is my notice period?", "How do I hand in my resignation?", "When do I get my final documents?"],
  },
  SICK_LEAVE_RECOVERY: {
    topic: "sick leave and recovery",
    questions: ["How do I report sick?", "Do I need a doctor's note?", "How do I return to work after an illness?"],
  },
  LEAVE_VACATION: {
    topic: "leave and vacation",
    questions: ["How do I request leave?", "How many vacation days do I have left?", "When will my leave be approved?"],
  },
  ACCESS_LOGIN: {
    topic: "access and signing in",
    questions: ["How do I reset my password?", "Why can I not sign in?", "How do I get access to the app?"],
  },
  SALARY_COMPENSATION: {
    topic: "salary and compensation",
    questions: ["When will my salary be paid?", "Why is my payslip lower than expected?", "How is overtime paid?"],
  },
  WORKWEAR_STAFF_PASS: {
    topic: "workwear and the staff pass",
    questions: ["How do I get a new staff pass?", "Where can I order workwear?", "What do I do when I lose my badge?"],
  },
  PERSONAL_QUESTIONS: {
    topic: "personal details",
    questions: [
      "How do I change my address?",
      "Where do I update my bank account?",
      "Which personal details do you keep about me?",
    ],
  },
  CONTRACT_HOURS: {
    topic: "the contract and its hours",
    questions: ["How many hours are in my contract?", "Can I change my contract hours?", "When does my contract end?"],
  },
  ONBOARDING: {
    topic: "starting in a new job",
    questions: [
      "What do I need for my first day?",
      "Which documents do I have to hand in?",
      "Who will train me in my first week?",
    ],
  },
  SCHEDULE_HOURS: {
    topic: "work schedules and shift times",
    questions: ["When is my next shift?", "Can I swap a shift with a colleague?", "Where can I see my work schedule?"],
  },
  TEAM_CONTACTS: {
    topic: "whom to contact",
    questions: [
      "Who is my supervisor?",
      "How can I reach my team lead?",
      "What is the phone number of the planning office?",
    ],
  },
  SOCIAL_QUESTIONS: {
    topic: "social matters",
    questions: ["Is there a staff event this year?", "How are you today?", "Can you tell me a joke?"],
  },
} as const satisfies Record<string, Category>;

/** Their names, in that order. */
export const categoryNames = Object.keys(categories) as CategoryName[];
