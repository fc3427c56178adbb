import { parser } from "@prometheus-io/lezer-promql";

/** What an expression reads: a name, and the labels that it asks to be a value (`=`) or compares in other ways. */
export interface Selector {
  name: string;
  labels: { label: string; value: string | undefined }[];
}

/**
 * What an expression of PromQL reads.
 * @throws Error if it is none
 */
export function readSelectors(expression: string): Selector[] {
  const selectors: Selector[] = [];
  const tree = parser.parse(expression);
  const textOf = ({ from, to }: { from: number; to: number }) => expression.slice(from, to);
  tree.iterate({
    enter: (node) => {
      if (node.type.isError) throw new Error(`Not PromQL, at ${node.from}: ${expression}`);
      if (node.name === "VectorSelector") {
        const name = node.node.getChild("Identifier");
        selectors.push({ name: name ? textOf(name) : "", labels: [] });
      }
      if (node.name === "UnquotedLabelMatcher") {
        const [label, operator, value] = ["LabelName", "MatchOp", "StringLiteral"].map((name) =>
          node.node.getChild(name),
        );
        if (!label || !operator || !value) throw new Error(`Not a matcher: ${textOf(node)}`);
        const wanted = textOf(operator) === "=" ? textOf(value).slice(1, -1) : undefined;
        selectors.at(-1)?.labels.push({ label: textOf(label), value: wanted });
      }
    },
  });
  return selectors;
}
