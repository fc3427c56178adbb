import "./base.css";
import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { getWebContext } from "../lib/webContext.ts";
import { EmulatorBanner } from "./_shell/EmulatorBanner.tsx";
import { Footer } from "./_shell/Footer.tsx";
import { Header } from "./_shell/Header.tsx";
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
  description: "Chat sessions, read by a language model in batches.",
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
  await connection();
  const { emulated } = getWebContext();
  return (
    <html lang="en" className={inter.variable}>
      <body className="min-h-dvh bg-paper font-sans text-ink antialiased">
        <SkipLink />
        <Header emulated={emulated} />
        {emulated && <EmulatorBanner />}
        <main id="content" tabIndex={-1} className="mx-auto max-w-6xl px-5 pt-10 pb-16 outline-none sm:px-8">
          {children}
        </main>
        <Footer />
      </body>
    </html>
  );
}
