"use client";

import { announce } from "./Announcer.tsx";
import { Button } from "./Button.tsx";

/** Ways to keep what is shown once: in the clipboard, or as a file. */
export function KeepButtons({ name, text }: { name: string; text: string }) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      announce("Copied.");
    } catch {
      announce("Your browser does not allow copying here. Download it instead.");
    }
  };
  const download = () => {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain" }));
    const link = Object.assign(document.createElement("a"), { href: url, download: fileNameOf(name) });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <div className="flex flex-wrap gap-3">
      <Button onPress={() => void copy()}>Copy</Button>
      <Button onPress={download}>Download</Button>
    </div>
  );
}

/** `One-time password of ada@example.com` as `livedash-one-time-password-of-ada-example.com.txt`. */
function fileNameOf(name: string): string {
  return `livedash-${name.toLowerCase().replaceAll(/[^a-z0-9.]+/g, "-")}.txt`;
}
