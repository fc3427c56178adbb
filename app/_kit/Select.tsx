import { useId } from "react";
import { FIELD_CLASS, LABEL_CLASS } from "./fieldClass.ts";

export interface Option {
  value: string;
  name: string;
}

/** One of a few: the browser's own control, which every keyboard and phone knows. `any` names the choice of none. */
export function Select({ name, label, options, defaultValue = "", any, hint }: SelectProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className={LABEL_CLASS}>
        {label}
      </label>
      <select
        id={id}
        name={name}
        defaultValue={defaultValue}
        className={FIELD_CLASS}
        {...(hint ? { "aria-describedby": `${id}-hint` } : {})}
      >
        {any !== undefined && <option value="">{any}</option>}
        {options.map(({ value, name: text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      {hint && (
        <p id={`${id}-hint`} className="mt-1.5 text-sm text-ink-faint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface SelectProps {
  name: string;
  label: string;
  options: readonly Option[];
  defaultValue?: string | undefined;
  any?: string;
  hint?: string;
}
