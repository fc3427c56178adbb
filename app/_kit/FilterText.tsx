import { useId } from "react";
import { FIELD_CLASS, LABEL_CLASS } from "./fieldClass.ts";

/** A text among the filters of a list. */
export function FilterText({ name, label, defaultValue, type = "text", placeholder, isSearch }: FilterTextProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className={LABEL_CLASS}>
        {label}
      </label>
      <input
        id={id}
        name={name}
        type={type}
        defaultValue={defaultValue ?? ""}
        placeholder={placeholder}
        maxLength={200}
        className={FIELD_CLASS}
        {...(isSearch ? { "data-shortcut": "search" } : {})}
      />
    </div>
  );
}

interface FilterTextProps {
  name: string;
  label: string;
  defaultValue: string | undefined;
  type?: "text" | "date" | "datetime-local" | "search";
  placeholder?: string;
  /** The field that the key `/` leads to. */
  isSearch?: boolean;
}
