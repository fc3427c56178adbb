import type { MailKind } from "./outgoingMail.ts";
import { LINK_HOURS } from "./passwordLink.ts";

/** What a mail says. It is plain text: nothing in it is fetched, and the address of the link can be read. */
export function mailText(
  kind: MailKind,
  { name, link }: { name: string; link: string },
): { subject: string; text: string } {
  const [subject, ...text] = TEXTS[kind](link);
  return { subject, text: [`Hello ${name},`, ...text, "LiveDash"].join("\n\n") };
}

const LATER = (kind: MailKind) =>
  `The link works once, for ${LINK_HOURS[kind] / 24} days. After that, choose "Forgotten your password?" on the sign-in page.`;

/** The subject, then the paragraphs. */
const TEXTS: Readonly<Record<MailKind, (link: string) => [string, ...string[]]>> = {
  invitation: (link) => [
    "Your access to LiveDash",
    `You have been given access to LiveDash. Choose your password here:\n${link}`,
    LATER("invitation"),
  ],
  replaced: (link) => [
    "Choose a new password for LiveDash",
    `An administrator has reset your LiveDash password, and the old one no longer works. Choose a new one here:\n${link}`,
    LATER("replaced"),
  ],
  reset: (link) => [
    "Choose a new password for LiveDash",
    `Someone has asked to reset the password of your LiveDash account. Choose a new one here:\n${link}`,
    "The link works once, for one hour. If it was not you, you can ignore this email: your password stays as it is.",
  ],
};
