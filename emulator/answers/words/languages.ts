/** Frequent small words of each language: what a text is recognised by. */
export const stopWords: Record<string, string> = {
  en: "the and is are you for with my have this that what can how not i to of in it when please would do your be am was there which where why could should been will they we me from about but thank thanks hello hi",
  de: "der die das und ist nicht ich wir sie mit für auf ein eine wie was kann mein meine habe bitte wann wo zu den dem im es aber auch noch mir mich von werden wurde sind hallo danke guten warum welche muss ihr ihre",
  nl: "de het een en ik niet is van voor met mijn hoe wat kan heb je wij zijn wordt graag waar wanneer naar op aan er maar ook nog bij ben mij dat dit hallo bedankt goedemorgen waarom welke moet uw jullie",
  fr: "le la les un une et est je ne pas vous nous avec pour mon ma mes dans que qui quand comment où sur au du des ce cette bonjour merci suis être ai avez puis pourquoi quel quelle mais votre peux",
  es: "el la los las un una y es no yo con para por mi mis que en cómo cuándo dónde puedo está hola gracias tengo del al se lo pero muy su qué usted necesito quiero por desde cuál cuánto buenos",
  it: "il lo la gli le un una e è non io con per mio mia che in come quando dove posso sono ho del della di si ma molto grazie ciao buongiorno vorrei perché quale nel alla anche devo mi questo",
  pt: "o a os as um uma e é não eu com para por meu minha que em como quando onde posso está olá obrigado obrigada tenho do da no na se mas muito você preciso quero qual são ao bom dia",
  pl: "nie jest i w na z do się że jak co kiedy gdzie mogę mam mój moja czy to po dla proszę dziękuję dzień dobry jestem być ale już od za mnie o jaki jaka dlaczego chcę przez który",
  tr: "ve bir bu için ile ne nasıl nerede zaman mi mı mu mü ben benim değil var yok çok merhaba teşekkürler lütfen olarak ama daha kadar gibi istiyorum neden hangi kim şu olan günaydın sonra",
  sv: "och att det är jag inte en ett på med för hur vad kan min mitt har när var till av som men hej tack den vi ni från vill varför vilken ska också mig",
  da: "og at det er jeg ikke en et på med for hvordan hvad kan min mit har hvornår hvor til af som men hej tak den vi fra vil hvorfor hvilken skal også mig",
  ro: "și este nu eu cu pentru mea meu în ce cum când unde pot am să la de pe sunt bună mulțumesc dar din care vreau o un despre",
  cs: "a je se na v že jak co kdy kde mohu můžu mám moje můj prosím děkuji dobrý den jsem není ale už od za pro který proč chci",
  hu: "a az és nem hogy van egy mi hol mikor hogyan én nekem kell köszönöm kérem szia vagyok de is meg már ezt miért melyik szeretnék",
};

/** Languages that a script alone gives away, in the order in which they are tried. */
export const scripts: readonly (readonly [language: string, letters: RegExp])[] = [
  ["ja", /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ["ko", /\p{Script=Hangul}/u],
  ["zh", /\p{Script=Han}/u],
  ["ar", /\p{Script=Arabic}/u],
  ["he", /\p{Script=Hebrew}/u],
  ["el", /\p{Script=Greek}/u],
  ["hi", /\p{Script=Devanagari}/u],
  ["uk", /[іїєґ]/i],
  ["ru", /\p{Script=Cyrillic}/u],
];

/** How a summary names a language. */
export const languageNames: Record<string, string> = {
  en: "English",
  de: "German",
  nl: "Dutch",
  fr: "French",
  es: "Spanish",
  it: "Italian",
  pt: "Portuguese",
  pl: "Polish",
  tr: "Turkish",
  sv: "Swedish",
  da: "Danish",
  ro: "Romanian",
  cs: "Czech",
  hu: "Hungarian",
  ja: "Japanese",
  ko: "Korean",
  zh: "Chinese",
  ar: "Arabic",
  he: "Hebrew",
  el: "Greek",
  hi: "Hindi",
  uk: "Ukrainian",
  ru: "Russian",
};
