import { createTransport } from "nodemailer";
import { codeOf, messageOf } from "../errors.ts";

const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };
const MOST_OF_FAILURE = 300;

/**
 * A way to the mail server. What is sent holds links that set a password, so it is encrypted on its way: `smtps:`, or STARTTLS,
 * which the server then has to offer. On this machine, or with `requireTLS=false` in the address, it may do without.
 */
export function openMailTransport(url: string) {
  return createTransport({
    url,
    requireTLS: !isLoopback(new URL(url).hostname),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...TIMEOUTS,
  });
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Why a mail was not sent, for operators. What the mail server says may name the address that it was for. */
export function whyNotSent(error: unknown, address: string): string {
  return explain(codeOf(error), messageOf(error)).replaceAll(address, "[address]").slice(0, MOST_OF_FAILURE);
}

function explain(code: string | undefined, message: string): string {
  if (code === "ETLS" && message.includes("upgrading connection with STARTTLS")) {
    return "The mail server does not encrypt (it refuses STARTTLS). Use an smtps:// address, or, in a network that you trust, add ?requireTLS=false to SMTP_URL.";
  }
  // Here the code hides what Node says, such as that it does not trust the certificate.
  return code === "ESOCKET" ? `${code} (${message})` : (code ?? message);
}
