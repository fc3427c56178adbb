export const EMULATOR_NOTICE =
  "No OPENAI_API_KEY is set: the answers come from the built-in emulator. They are made up, and nothing is sent anywhere.";
