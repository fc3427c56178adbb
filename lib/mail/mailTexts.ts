import type { MailKind } from "./outgoingMail.ts";
import { LINK_HOURS } from "./passwordLink.ts";

/** What a mail says. It is plain text: nothing in it is fetched, and the address of the link can be read. */
export function mailText(
  kind: MailKind,
  { name, link }: { name: string; link: string },
): { subject: string; text: string } {
  const signature = "LiveDash";
  if (kind === "invitation") {
    return {
      subject: "Your access to LiveDash",
      text: [
        `Hello ${name},`,
        `You have been given access to LiveDash. Choose your password here:\n${link}`,
        `The link works once, for ${LINK_HOURS.invitation / 24} days. After that, choose "Forgotten your password?" on the sign-in page.`,
        signature,
      ].join("\n\n"),
    };
  }
  return {
    subject: "Choose a new password for LiveDash",
    text: [
      `Hello ${name},`,
      `A new password for your LiveDash account has been asked for. Choose it here:\n${link}`,
      "The link works once, for one hour. If you did not ask for it, you need not do anything: your password stays as it is.",
      signature,
    ].join("\n\n"),
  };
}
