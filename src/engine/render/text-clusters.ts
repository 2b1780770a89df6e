/** Text as the characters that people see, each with the face that has it and its measures. */
import { plainFaceOf, type Face, type FoundGlyph, type Typefaces } from './fonts.ts';
import type { GlyphBox } from './true-type.ts';

/** What a reader takes for one character: a letter with its accents, a whole family of emoji. */
export type Cluster = {
  readonly text: string;
  /** Undefined: whatever face the one before it has. */
  readonly family: string | undefined;
  /** Size of its face over that of the text. */
  readonly scale: number;
  /** Way to the next one, and how far ink goes up and down from the baseline; in em of the text. */
  readonly width: number;
  readonly top: number;
  readonly bottom: number;
  readonly isSpace: boolean;
  /** Chinese, Japanese, Korean, emoji: as wide as two letters, and a line may end beside it. */
  readonly isWide: boolean;
  /** Drawn by the face for emoji, and never spaced out: that would take sequences apart. */
  readonly isPicture: boolean;
  readonly isRightToLeft: boolean;
  /** First code unit in the text that was read. */
  readonly start: number;
};

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]|[\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
/** A picture by its own nature, by a selector, or as a flag or key made of several. */
const pictorial =
  /\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\p{Emoji}\u20e3|\p{Extended_Pictographic}\u200d|\p{Regional_Indicator}/u;
const plainSelector = /\ufe0e/;
const unseen = /^[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufe00-\ufe0f]$/u;

/** Alone they neither show nor change anything; the renderer would look for them in fonts of other heights. */
const idle = /^(?:\u00ad|\u034f|\u180e|\u200b|[\u2060-\u2064]|\ufeff)+$/u;

/** Where a character is in none of our faces, the machine's own font may be about this wide, in em. */
const unknownWidth = 0.75;

/** Line breaks are not expected here and count as spaces. */
export function readClusters(text: string, face: Face, typefaces: Typefaces): Cluster[] {
  const seen = [...segmenter.segment(text)].filter(({ segment }) => !idle.test(segment));
  const segments = seen.map(({ segment, index }) => {
    const isPicture = pictorial.test(segment) && !plainSelector.test(segment);
    // What follows a backslash in a script to keep it one is in the plain face only.
    const own = segment === '\\' ? plainFaceOf(face) : face;
    const glyphs = isPicture ? emojiGlyphs(segment, typefaces) : letterGlyphs(segment, own, typefaces);
    return { segment, index, isPicture, glyphs };
  });
  return segments.map(({ segment, index, isPicture, glyphs }, place) => {
    const first = glyphs.find((glyph) => glyph.found !== undefined)?.found;
    const scale = first?.scale ?? 1;
    const joined = joinedBox(glyphs, segments[place - 1]?.glyphs, segments[place + 1]?.glyphs);
    const boxes = glyphs.map(({ found }, order) => (order === 0 ? joined : undefined) ?? found?.box);
    const advance = glyphs.reduce((sum, glyph) => sum + glyph.advance, 0);
    return {
      text: segment,
      family: first?.family,
      scale,
      width: (joined?.advance ?? advance) * scale,
      top: Math.max(0, ...boxes.map((box) => box?.top ?? 0)) * scale,
      bottom: Math.min(0, ...boxes.map((box) => box?.bottom ?? 0)) * scale,
      // A no-break space is a space to look at, not a place to break.
      isSpace: /^\s/u.test(segment) && segment !== '\u00a0' && segment !== '\u202f',
      isWide: isPicture || wide.test(segment),
      isPicture,
      isRightToLeft: rightToLeft.test(segment),
      start: index,
    };
  });
}

/** The shape of a letter between its neighbours; undefined for one that stands alone. */
function joinedBox(
  glyphs: readonly Measured[],
  before: readonly Measured[] | undefined,
  after: readonly Measured[] | undefined,
): GlyphBox | undefined {
  const own = glyphs[0]?.found?.joined;
  if (own === undefined) return undefined;
  const isTiedBefore = own.before && before?.[0]?.found?.joined?.after === true;
  const isTiedAfter = own.after && after?.[0]?.found?.joined?.before === true;
  if (isTiedBefore) return isTiedAfter ? own.boxes.medial : own.boxes.final;
  return isTiedAfter ? own.boxes.initial : undefined;
}

type Measured = { readonly found: FoundGlyph | undefined; readonly advance: number };

/** The parts of a sequence become one picture. */
function emojiGlyphs(segment: string, typefaces: Typefaces): Measured[] {
  const glyphs = Array.from(segment, (character) => typefaces.findEmoji(character));
  const widest = Math.max(...glyphs.map((glyph) => glyph?.box.advance ?? 0)) || unknownWidth;
  return glyphs.map((found, index) => ({ found, advance: index === 0 ? widest : 0 }));
}

function letterGlyphs(segment: string, face: Face, typefaces: Typefaces): Measured[] {
  return Array.from(segment, (character, index) => {
    if (unseen.test(character)) return { found: undefined, advance: 0 };
    const found = typefaces.find(character, face);
    const isMark = index > 0 && /\p{M}/u.test(character);
    return { found, advance: isMark ? 0 : (found?.box.advance ?? unknownWidth) };
  });
}

/** Whether the first strong letter is of a script that runs from right to left. */
export function isRightToLeft(clusters: readonly Cluster[]): boolean {
  const strong = clusters.find((cluster) => cluster.isRightToLeft || /\p{L}/u.test(cluster.text));
  return strong?.isRightToLeft ?? false;
}

/** Width in em, with `spacing` em after every character that may be spaced out. */
export function widthOf(clusters: readonly Cluster[], spacing: number): number {
  return clusters.reduce((sum, { width, isPicture }) => sum + width + (width > 0 && !isPicture ? spacing : 0), 0);
}
