/** XML as a tree of values; text becomes markup in one place only. */

export type XmlNode = {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: readonly (XmlNode | string)[];
};

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** An element; attributes that are undefined are not written. `name` and the keys are ours, values may be anybody's. */
export function element(name: string, attributes: Attributes = {}, children: readonly (XmlNode | string)[] = []): XmlNode {
  return {
    name,
    attributes: Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, String(value)] as const],
    ),
    children,
  };
}

/** An element with text in it. */
export function textElement(name: string, text: string | number): XmlNode {
  return element(name, {}, [String(text)]);
}

/** A document, indented by two blanks; elements with text stay on one line. `doctype` is a name of ours. */
export function writeXml(root: XmlNode, doctype: string): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<!DOCTYPE ${doctype}>`];
  writeNode(root, '', lines);
  return `${lines.join('\n')}\n`;
}

function writeNode(node: XmlNode, indent: string, lines: string[]): void {
  const attributes = node.attributes.map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('');
  const open = `${indent}<${node.name}${attributes}`;
  if (node.children.length === 0) return void lines.push(`${open}/>`);
  if (node.children.some((child) => typeof child === 'string')) {
    const content = node.children.map((child) => (typeof child === 'string' ? escapeText(child) : inline(child))).join('');
    return void lines.push(`${open}>${content}</${node.name}>`);
  }
  lines.push(`${open}>`);
  for (const child of node.children) if (typeof child !== 'string') writeNode(child, `${indent}  `, lines);
  lines.push(`${indent}</${node.name}>`);
}

function inline(node: XmlNode): string {
  const lines: string[] = [];
  writeNode(node, '', lines);
  return lines.join('');
}

/** What no XML document may hold, even escaped: most control characters, halves of pairs, two noncharacters. */
function legal(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, (character) =>
    /[\t\n\r]/.test(character) || (character >= '\u0080' && character <= '\u009f') ? character : '\ufffd',
  );
}

function escapeText(text: string): string {
  return legal(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function escapeAttribute(text: string): string {
  return legal(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/[\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}
