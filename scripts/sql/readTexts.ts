import { type Expression, type Node, parseSync } from "oxc-parser";

/** A text that a file puts into a string, as far as it can be read there. */
export interface Text {
  /** What is put in at run time stands as a mark (`holeOf`), and may be anything. */
  value: string;
  /** The source of each of those. */
  holes: string[];
  /** The line of the file in which this position of the text is written. */
  lineAt(position: number): number;
  /** The function that it is an argument of. */
  givenTo: string | undefined;
}

/** A call of a method of a member, such as `prisma.company.update()`. */
export interface MemberCall {
  member: string;
  method: string;
  line: number;
}

/** Stands for what is put in at run time: characters that no SQL has. */
const holeOf = (index: number): string => `\uE000${index}\uE001`;

interface Piece {
  value: string;
  start: number;
  /** Lines of a template are lines of the file. */
  isTemplate: boolean;
}

/** Every string and template of a file, each put together as far as its parts stand in the same file, and its member calls. */
export function readTexts(file: string, source: string): { texts: Text[]; calls: MemberCall[] } {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} cannot be read. ${errors[0]?.message}`);
  const constants = findConstants(program);
  const texts: Text[] = [];
  const calls: MemberCall[] = [];
  const lineOf = (offset: number) => source.slice(0, offset).split("\n").length;

  function visit(node: Node, givenTo?: string): void {
    if (isText(node)) take(node, givenTo);
    else if (node.type === "CallExpression") {
      const { callee } = node;
      if (callee.type === "MemberExpression" && callee.object.type === "MemberExpression") {
        calls.push({ member: nameOf(callee.object), method: nameOf(callee), line: lineOf(node.start) });
      }
      visit(callee);
      for (const argument of node.arguments) visit(argument, nameOf(callee));
    } else if (!node.type.startsWith("TS") || "expression" in node) {
      // What stands in a type is no value.
      for (const child of childrenOf(node)) visit(child);
    }
  }

  function take(node: Node, givenTo: string | undefined): void {
    const pieces: Piece[] = [];
    const holes: string[] = [];
    fold(node, pieces, (hole) => {
      pieces.push({ value: holeOf(holes.length), start: hole.start, isTemplate: false });
      holes.push(source.slice(hole.start, hole.end));
      visit(hole);
    });
    const lineAt = (position: number) => {
      let before = 0;
      for (const { value, start, isTemplate } of pieces) {
        const part = value.slice(0, Math.max(0, position - before));
        before += value.length;
        if (position < before) return lineOf(start) + (isTemplate ? part.split("\n").length - 1 : 0);
      }
      return lineOf(node.start);
    };
    texts.push({ value: pieces.map(({ value }) => value).join(""), holes, lineAt, givenTo });
  }

  function fold(node: Node, pieces: Piece[], leave: (hole: Node) => void, within: readonly Node[] = []): void {
    const known = node.type === "Identifier" ? constants.get(node.name) : undefined;
    const go = (part: Node) => fold(part, pieces, leave, [...within, node]);
    if (known && !within.includes(known)) go(known);
    else if (node.type === "Literal" && typeof node.value === "string") {
      pieces.push({ value: node.value, start: node.start, isTemplate: false });
    } else if (node.type === "TemplateLiteral") {
      node.quasis.forEach(({ value, start }, index) => {
        pieces.push({ value: value.cooked ?? value.raw, start, isTemplate: true });
        const expression = node.expressions[index];
        if (expression) go(expression);
      });
    } else if (isSum(node)) {
      go(node.left);
      go(node.right);
    } else if (isWrapped(node)) go(node.expression);
    else leave(node);
  }

  visit(program);
  return { texts, calls };
}

/** Constants of the file that are texts, by name. A name that the file gives to several things, parameters included, is none. */
function findConstants(program: Node): Map<string, Expression> {
  const found = new Map<string, Expression>();
  const given = new Map<string, number>();
  (function look(node: Node): void {
    if (node.type === "VariableDeclarator" || node.type === "CatchClause") {
      const pattern = node.type === "CatchClause" ? node.param : node.id;
      for (const name of pattern ? namesIn(pattern) : []) given.set(name, (given.get(name) ?? 0) + 1);
    } else if ("params" in node && Array.isArray(node.params)) {
      for (const name of node.params.flatMap(namesIn)) given.set(name, (given.get(name) ?? 0) + 1);
    } else if (node.type === "VariableDeclaration" && node.kind === "const") {
      for (const { id, init } of node.declarations) {
        if (id.type === "Identifier" && init && isText(init)) found.set(id.name, init);
      }
    }
    for (const child of childrenOf(node)) look(child);
  })(program);
  return new Map([...found].filter(([name]) => given.get(name) === 1));
}

/** The names that a pattern gives. */
function namesIn(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    case "Property":
      return namesIn(pattern.value);
    case "ObjectPattern":
      return pattern.properties.flatMap(namesIn);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    default:
      return [];
  }
}

function isText(node: Node): boolean {
  if (node.type === "Literal") return typeof node.value === "string";
  if (isWrapped(node)) return isText(node.expression);
  return node.type === "TemplateLiteral" || (isSum(node) && (isText(node.left) || isText(node.right)));
}

function isSum(node: Node): node is Extract<Node, { type: "BinaryExpression" }> {
  return node.type === "BinaryExpression" && node.operator === "+";
}

type Wrapped = Extract<Node, { type: "TSAsExpression" | "TSSatisfiesExpression" | "ParenthesizedExpression" }>;

function isWrapped(node: Node): node is Wrapped {
  return ["TSAsExpression", "TSSatisfiesExpression", "ParenthesizedExpression"].includes(node.type);
}

/** The last name of what is called or read. */
function nameOf(node: Node): string {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression") return "";
  const { property } = node;
  if (property.type === "Literal") return String(property.value);
  return property.type === "Identifier" ? property.name : "";
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value: unknown) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
