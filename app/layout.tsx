import "./base.css";
import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { Announcer } from "./_kit/Announcer.tsx";
import { RememberZone } from "./_session/RememberZone.tsx";
import { WhoItIs } from "./_session/WhoItIs.tsx";
import { Ready } from "./_shell/Ready.tsx";
import { SkipLink } from "./_shell/SkipLink.tsx";

// The Latin letters come with the page; base.css fetches the others when a text needs them.
const inter = localFont({
  src: "../node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
  variable: "--font-inter",
  weight: "100 900",
  adjustFontFallback: false,
});

export const metadata: Metadata = {
  title: { default: "LiveDash", template: "%s · LiveDash" },
  description: "Chat sessions, analysed by a language model.",
  robots: { index: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#fffefb" },
    { media: "(prefers-color-scheme: dark)", color: "#171c1f" },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Every page is made for its request: the policy's nonce must be on its scripts, and a build must need no database.
  const nonce = /'nonce-([^']+)'/.exec((await headers()).get("content-security-policy") ?? "")?.[1];
  return (
    <html lang="en" className={inter.variable}>
      <head>
        {/* The parts library puts it on the styles that it adds. */}
        <meta name="csp-nonce" nonce={nonce} />
      </head>
      <body className="min-h-dvh bg-paper font-sans text-ink antialiased">
        <SkipLink />
        {children}
        <Announcer />
        <WhoItIs />
        <RememberZone />
        <Ready />
      </body>
    </html>
  );
}
