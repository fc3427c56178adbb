"use client";

import type { ReactNode } from "react";
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components";

interface DialogFrameProps {
  title: string;
  children: ReactNode;
  close: () => void;
  width?: "narrow" | "wide";
}

/** What opens over a page: keeps the focus in it, closes by Escape and by a press beside it, gives the focus back. */
export function DialogFrame({ title, children, close, width = "wide" }: DialogFrameProps) {
  return (
    <ModalOverlay
      isDismissable
      isOpen
      onOpenChange={(isOpen) => isOpen || close()}
      className="fixed inset-0 z-20 grid place-items-center overflow-y-auto bg-ink/40 p-4"
    >
      <Modal className={`w-full ${width === "wide" ? "max-w-lg" : "max-w-md"}`}>
        <Dialog className="space-y-4 rounded-xl border border-line bg-surface p-6 outline-none sm:p-8">
          <Heading slot="title" className="text-xl font-semibold tracking-tight">
            {title}
          </Heading>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
