"use client";

import { useLayoutEffect, useRef, useState } from "react";
import { TextField as AriaTextField, FieldError, Input, Label, Text, TextArea } from "react-aria-components";
import { FIELD_CLASS, LABEL_CLASS } from "./fieldClass.ts";

interface TextFieldProps {
  name: string;
  label: string;
  /** A sentence under the field: what to write, and why. */
  hint?: string;
  type?: "text" | "email" | "password" | "url" | "search" | "datetime-local";
  defaultValue?: string;
  autoComplete?: string;
  inputMode?: "text" | "numeric" | "decimal";
  isRequired?: boolean;
  isLong?: boolean;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  autoFocus?: boolean;
}

export function TextField({ label, hint, isLong, pattern, defaultValue = "", ...field }: TextFieldProps) {
  const [value, setValue] = useState(defaultValue);
  const line = useRef<HTMLInputElement>(null);
  const lines = useRef<HTMLTextAreaElement>(null);
  // What was typed before the page's script had come stands in the field alone: the next change would take it away.
  useLayoutEffect(() => {
    const typed = (line.current ?? lines.current)?.value;
    if (typed) setValue(typed);
  }, []);
  return (
    <AriaTextField {...field} value={value} onChange={setValue} className="block">
      <Label className={LABEL_CLASS}>{label}</Label>
      {isLong ? (
        <TextArea ref={lines} rows={3} className={FIELD_CLASS} />
      ) : (
        <Input ref={line} className={FIELD_CLASS} {...(pattern ? { pattern } : {})} />
      )}
      {hint && (
        <Text slot="description" className="mt-1.5 block text-sm text-ink-faint">
          {hint}
        </Text>
      )}
      <FieldError className="mt-1.5 block text-sm font-medium text-failed" />
    </AriaTextField>
  );
}
