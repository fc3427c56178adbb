"use client";

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

export function TextField({ label, hint, isLong, pattern, ...field }: TextFieldProps) {
  return (
    <AriaTextField {...field} className="block">
      <Label className={LABEL_CLASS}>{label}</Label>
      {isLong ? (
        <TextArea rows={3} className={FIELD_CLASS} />
      ) : (
        <Input className={FIELD_CLASS} {...(pattern ? { pattern } : {})} />
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
