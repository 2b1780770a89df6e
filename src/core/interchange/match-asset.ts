/** Which asset of a session another tool's clip means. */
import type { Asset } from '#core/asset';

export type MediaClue = {
  readonly assetId?: string;
  /** SHA-256, hex. */
  readonly hash?: string;
  /** File names, paths or URLs, the surest first. */
  readonly names: readonly string[];
};

export type MediaMatcher = (clue: MediaClue) => Asset | undefined;

/** Finds by id, by content, by file name, then by file name without its ending; letters' case does not matter. */
export function mediaMatcher(assets: readonly Asset[]): MediaMatcher {
  const first = (keyOf: (asset: Asset) => string) => {
    const map = new Map<string, Asset>();
    for (const asset of assets) if (!map.has(keyOf(asset))) map.set(keyOf(asset), asset);
    return map;
  };
  const [byId, byHash] = [first(({ id }) => id), first(({ hash }) => hash)];
  const [byName, byStem] = [first(({ name }) => fold(name)), first(({ name }) => stemOf(fold(name)))];
  return ({ assetId, hash, names }) => {
    const exact =
      (assetId === undefined ? undefined : byId.get(assetId)) ??
      (hash === undefined ? undefined : byHash.get(hash.toLowerCase()));
    if (exact !== undefined) return exact;
    const files = names.flatMap(fileNamesOf).filter((name) => name !== '');
    for (const map of [byName, byStem]) {
      for (const name of files) {
        const found = map.get(map === byName ? name : stemOf(name));
        if (found !== undefined) return found;
      }
    }
    return undefined;
  };
}

/** The last part of a path or an address, as it stands and decoded. */
function fileNamesOf(reference: string): string[] {
  const last = reference.slice(0, 4096).trim().split(/[/\\]/).at(-1) ?? '';
  return [fold(last), fold(decode(last))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A name with a lone percent sign is a name, not an address.
    return text;
  }
}

function fold(name: string): string {
  // Formats of lines cannot hold every character that a name can.
  return name
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim();
}

function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
