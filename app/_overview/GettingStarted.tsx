import { TextLink } from "../_kit/TextLink.tsx";
import { Command } from "../_ui/Command.tsx";
import { Notice } from "../_ui/Notice.tsx";

/** The overview before anything was imported. */
export function GettingStarted({ canImport }: { canImport: boolean }) {
  return (
    <Notice title="No sessions yet">
      <p>
        Import a CSV file of chat sessions. Each session becomes a request, and the next batch sends it to the model.
      </p>
      {canImport && (
        <p>
          <TextLink href="/platform/imports">Upload one here</TextLink>, or at the command line:
        </p>
      )}
      <Command>{'bin/livedash import FILE --company "NAME"'}</Command>
      <p>This page updates automatically.</p>
    </Notice>
  );
}
