import { Notice } from "./Notice.tsx";

/** What a page shows when it could not be made. The digest finds the error in the log. */
export function Trouble({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : undefined;
  if (error instanceof Error && error.name === "ChunkLoadError") return <Updated />;
  return (
    <Notice title="This page could not be loaded" isPage>
      <p>Its data could not be read. The pipeline is not affected, and nothing has been lost.</p>
      {digest && (
        <p>
          For details, search the LiveDash log for the digest <code className="font-mono text-ink">{digest}</code>.
        </p>
      )}
      <button
        type="button"
        onClick={retry}
        className="rounded-lg bg-ink px-5 py-2.5 font-medium text-paper hover:bg-ink-soft"
      >
        Try again
      </button>
    </Notice>
  );
}

/** Its code is of a version that the server no longer has, or nobody answers: to load all of it anew mends both. */
function Updated() {
  return (
    <Notice title="LiveDash has been updated. Reload the page" isPage>
      <p>This page is from the previous version, or the connection was lost while it was loading.</p>
      <button
        type="button"
        onClick={() => location.reload()}
        className="rounded-lg bg-ink px-5 py-2.5 font-medium text-paper hover:bg-ink-soft"
      >
        Reload
      </button>
    </Notice>
  );
}
