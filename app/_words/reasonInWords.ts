import { labelOf, nameFields } from "./labels.ts";

/** Why a call was refused, with the fields named by their labels on the page. */
export function reasonInWords({ code, message }: { code: string; message: string }): string {
  if (code !== "invalid_input") return message;
  const faults = message.replace(/^The input is not valid\. /, "").replace(/\.$/, "");
  return `${nameFields(faults, labelOf, (label) => `“${label}”`)}.`;
}
