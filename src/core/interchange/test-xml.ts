/** A strict reader of XML for tests, written apart from the writer: what it takes is well-formed. */

export type Parsed = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Parsed[];
  readonly text: string;
};

const nameShape = /[A-Za-z_][\w.-]*/y;

/** Throws with the place of the first fault. */
export function parseXml(source: string): Parsed {
  let at = 0;
  const fault = (reason: string): never => {
    throw new Error(`${reason} at ${at}: ${JSON.stringify(source.slice(at, at + 60))}`);
  };
  const take = (text: string) => (source.startsWith(text, at) ? void (at += text.length) : fault(`no ${text}`));
  const name = (): string => {
    nameShape.lastIndex = at;
    const found = nameShape.exec(source)?.[0];
    if (found === undefined) return fault('no name');
    at += found.length;
    return found;
  };
  const space = () => {
    while (/[ \t\n\r]/.test(source[at] ?? '')) at++;
  };
  const parseElement = (): Parsed => {
    take('<');
    const tag = name();
    const attributes: Record<string, string> = {};
    for (;;) {
      const before = at;
      space();
      if (source[at] === '/' || source[at] === '>') break;
      if (at === before) fault('no space before an attribute');
      const key = name();
      take('="');
      const end = source.indexOf('"', at);
      if (end < 0) fault('an attribute does not end');
      const value = source.slice(at, end);
      if (value.includes('<')) fault('< in an attribute');
      if (Object.hasOwn(attributes, key)) fault(`attribute ${key} twice`);
      attributes[key] = decode(value);
      at = end + 1;
    }
    if (source[at] === '/') {
      take('/>');
      return { name: tag, attributes, children: [], text: '' };
    }
    take('>');
    const children: Parsed[] = [];
    let text = '';
    while (!source.startsWith('</', at)) {
      if (at >= source.length) fault(`${tag} does not end`);
      if (source[at] === '<') children.push(parseElement());
      else {
        const next = source.indexOf('<', at);
        text += decode(source.slice(at, next < 0 ? source.length : next));
        at = next < 0 ? source.length : next;
      }
    }
    take(`</${tag}`);
    space();
    take('>');
    if (children.length > 0 && text.trim() !== '') fault('text beside elements');
    return { name: tag, attributes, children, text: children.length > 0 ? '' : text };
  };
  const decode = (text: string): string => {
    if (text.includes(']]>')) fault(']]> in text');
    // Characters that XML 1.0 permits nowhere.
    for (const character of text) {
      const code = character.codePointAt(0)!;
      if (
        (code < 0x20 && code !== 9 && code !== 10 && code !== 13) ||
        (code >= 0xd800 && code <= 0xdfff) ||
        code === 0xfffe ||
        code === 0xffff
      )
        fault(`forbidden character ${code}`);
    }
    return text.replaceAll(/&(\w+|#\d+);|&/g, (whole, entity?: string) => {
      if (entity === undefined) return fault('a lone &');
      if (entity.startsWith('#')) return String.fromCodePoint(Number(entity.slice(1)));
      const known: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
      return known[entity] ?? fault(`unknown entity ${whole}`);
    });
  };
  take('<?xml version="1.0" encoding="UTF-8"?>\n');
  take('<!DOCTYPE ');
  const doctype = name();
  take('>\n');
  const root = parseElement();
  space();
  if (at !== source.length) fault('something after the root');
  if (root.name !== doctype) throw new Error(`the root is ${root.name}, the doctype ${doctype}`);
  return root;
}

export function everyElement(root: Parsed): Parsed[] {
  return [root, ...root.children.flatMap(everyElement)];
}
