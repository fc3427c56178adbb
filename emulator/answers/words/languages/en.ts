import type { LanguageWords } from "../languageWords.ts";

export const en: LanguageWords = {
  name: "English",
  common:
    "the and is are you for with my have has this that what can how not i to of in it when please would do does your be am was there which where why could should been will they we me from about but thank thanks hello hi who any some just still get got need want know if or at on so no yes",
  categories: {
    SCHEDULE_HOURS:
      "schedul shift roster rota timetable swap =late =early rest-time days-in =planner =weekends i-working working-this working-tomorrow",
    LEAVE_VACATION:
      "vacation holiday =leave =pto annual-leave day-off days-off time-off bank-holiday blackout freeze compassionate parental funeral =carry getting-married",
    SICK_LEAVE_RECOVERY:
      "=sick sickness =ill illness =flu fever doctor hospital injur recover unwell not-well poisoning hurt accident come-back",
    SALARY_COMPENSATION:
      "salar payslip payroll payment paid =pay payday wage bonus overtime compensat =tax =tips charge allowance expenses mileage",
    CONTRACT_HOURS:
      "contract part-time parttime full-time fulltime weekly-hours probation renew =hours permanent temp-agency extend",
    ONBOARDING:
      "onboard first-day day-one newcomer induction trainee starter orientation i-start training course e-learning first-week welcome-test first-month",
    OFFBOARDING:
      "resign terminat offboard notice-period my-notice quit quitting final-pay last-day i-left retire leaving-us p45 dismiss",
    WORKWEAR_STAFF_PASS:
      "uniform workwear badge staff-pass staffpass staff-card shoes boots jacket clothing helmet gloves locker insole",
    TEAM_CONTACTS:
      "contact phone telephone supervisor team-lead teamlead reach who-do talk-to extension manager-number number-of whom who-is",
    PERSONAL_QUESTIONS:
      "address moved married marriage birthday personal bank-account iban surname landlord visa certificate letter proof pregnan bull harass grabbed disgusting divorce",
    ACCESS_LOGIN:
      "login log-in password passcode sign-in locked access account =app username reset two-factor authenticator scanner logs-me code",
    SOCIAL_QUESTIONS:
      "party joke weather weekend event outing bbq barbecue christmas canteen football ever-sleep favourite favorite leaving-card happy-birthday song",
  },
  moods: {
    positive:
      "great perfect excellent awesome wonderful fantastic amazing happy glad lovely =super helpful brilliant appreciat excited love can-t-wait woohoo beautiful thrilled grateful huge-thank =haha",
    negative:
      "angry annoy terrible awful unacceptable ridiculous useless frustrat disappoint furious worst horrible complain wrong unfair upset disgrace joke-of ignored outrag disgusting exhaust freezing =mad nobody zero third-time again-and still-no not-good can-t-pay believe-it-when grabbed laughed trouble logs-me-out lost-half",
    escalation:
      "escalat lawyer attorney your-manager a-manager human-agent human-being real-person real-human a-human union-rep lawsuit supervisor-now speak-to-a speak-to-some talk-to-a to-a-person put-you-through handed-over",
    hr: "=hr human-resources humanresources payroll-department",
    forward: "forward pass passed passing transfer refer referred",
  },
};
