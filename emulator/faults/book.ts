import type { Random } from "../random.ts";
import type { ChosenFault } from "../store/records.ts";
import type { Fault } from "./fault.ts";
import { findFault } from "./registry.ts";
import type { FaultRule } from "./rule.ts";

/** What a rule's filter is held against: whatever is known at that moment. */
interface FaultSubject {
  batch?: number;
  customId?: string;
  endpoint?: string;
  model?: string | null;
  method?: string;
  path?: string;
}

/** The faults that are switched on, and the decision when each fires. */
export class FaultBook {
  #rules: FaultRule[] = [];
  readonly #firedByKind = new Map<string, number>();
  readonly #changed: (rules: FaultRule[]) => void;
  #lastId = 0;

  /** `changed` is told of every change of the rules, so that they can be kept. */
  constructor(changed: (rules: FaultRule[]) => void) {
    this.#changed = changed;
  }

  rules(): readonly FaultRule[] {
    return this.#rules;
  }

  firedByKind(): Record<string, number> {
    return Object.fromEntries(this.#firedByKind);
  }

  /** Takes up rules that an earlier run kept. */
  restore(rules: readonly FaultRule[]): void {
    this.#rules = [...rules];
    this.#lastId = Math.max(0, ...rules.map((rule) => Number(rule.id)));
  }

  add(rules: Omit<FaultRule, "id">[]): FaultRule[] {
    const added = rules.map((rule) => ({ ...rule, id: String(++this.#lastId) }));
    this.#rules.push(...added);
    this.#changed(this.#rules);
    return added;
  }

  /** Removes the rules of this id or kind, or all without one. Gives how many went. */
  remove(idOrKind?: string): number {
    const kept = this.#rules.filter((rule) => idOrKind !== undefined && rule.id !== idOrKind && rule.kind !== idOrKind);
    const removed = this.#rules.length - kept.length;
    this.#rules = kept;
    this.#changed(this.#rules);
    return removed;
  }

  forgetFired(): void {
    this.#firedByKind.clear();
  }

  /** The faults that fire now, among those of kind `at`. A rule with a count loses one for each firing. */
  choose(at: Fault["at"], subject: FaultSubject, random: Random): ChosenFault[] {
    const chosen: ChosenFault[] = [];
    let counted = false;
    for (const rule of this.#rules) {
      const fault = findFault(rule.kind);
      if (!fault || fault.at !== at || rule.left === 0 || !matches(rule, fault, subject)) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        counted = true;
        continue;
      }
      if (rule.rate < 1 && random() >= rule.rate) continue;
      if (rule.left !== null) {
        rule.left -= 1;
        counted = true;
      }
      rule.fired += 1;
      this.#firedByKind.set(rule.kind, (this.#firedByKind.get(rule.kind) ?? 0) + 1);
      chosen.push({ kind: rule.kind, params: rule.params });
    }
    if (counted) this.#changed(this.#rules);
    return chosen;
  }

  /** True when some rule could fire for lines, so that the others need not be asked for each line. */
  concernsLines(): boolean {
    return this.#rules.some((rule) => rule.left !== 0 && findFault(rule.kind)?.at === "line");
  }
}

function matches(rule: FaultRule, fault: Fault, subject: FaultSubject): boolean {
  const { filter } = rule;
  const path = filter.path ?? fault.route?.path;
  const method = filter.method ?? (filter.path === undefined ? fault.route?.method : undefined);
  return (
    (filter.batch === undefined || filter.batch === subject.batch) &&
    (filter.custom_id === undefined || (subject.customId?.includes(filter.custom_id) ?? false)) &&
    (filter.endpoint === undefined || filter.endpoint === subject.endpoint) &&
    (filter.model === undefined || filter.model === subject.model) &&
    (method === undefined || subject.method === undefined || method === subject.method) &&
    (path === undefined || subject.path === undefined || pathMatches(path, subject.path))
  );
}

function pathMatches(pattern: string, path: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(path);
}
