/** Ids while a draft is read: those of ours that are free stay, everything else gets a new one. */

export type DraftIds = {
  /** `wanted` where no other has it, else the next free id. */
  take(prefix: 'trk' | 'itm' | 'lnk', wanted?: string): string;
  /** The number for the next id that is given out. */
  next(): number;
};

const pattern = /^(trk|itm|lnk)_([1-9]\d{0,14})$/;

export function createDraftIds(nextId: number): DraftIds {
  const used = new Set<string>();
  let next = nextId;
  return {
    take(prefix, wanted) {
      const number = wanted === undefined ? NaN : Number(pattern.exec(wanted)?.[2]);
      // Numbers at or over nextId are nobody's yet: taking them over could collide with one given out next.
      if (wanted !== undefined && wanted.startsWith(prefix) && number < nextId && !used.has(wanted)) {
        used.add(wanted);
        return wanted;
      }
      const id = `${prefix}_${next++}`;
      used.add(id);
      return id;
    },
    next: () => next,
  };
}
