import { randomBytes } from "node:crypto";

/** A Content-Security-Policy for one response, with a nonce that Next finds in it and puts on its own scripts. */
export function contentSecurityPolicy(options: { dev: boolean }): string {
  const nonce = randomBytes(16).toString("base64");
  // The development server evaluates code, writes style elements and talks over a web socket.
  const rules = {
    "default-src": "'none'",
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic'${options.dev ? " 'unsafe-eval'" : ""}`,
    "style-src": options.dev ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": options.dev ? "'self' ws:" : "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
  };
  return Object.entries(rules)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

/** The policy of what is no page: should a browser show it all the same, it may do nothing. */
export const API_CONTENT_SECURITY_POLICY =
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/** What every response carries, whatever it answers. */
export function securityHeaders(options: { https: boolean }): Readonly<Record<string, string>> {
  return options.https ? { ...SECURITY_HEADERS, "Strict-Transport-Security": "max-age=63072000" } : SECURITY_HEADERS;
}

const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  // Not `no-referrer`: with it, forms are sent with the origin "null", which same-origin checks would refuse.
  "Referrer-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
};
