/** The named looks of text, one entry for each preset: what it is for, its own accent, how it is drawn. */
import type { TextPreset, TextWord } from '#core/timeline';
import { drawChapter, drawEndCard, drawLabel, drawQuote } from './card-styles.ts';
import { captionStyle } from './caption-styles.ts';
import { drawLowerThird, drawLowerThirdBar, drawLowerThirdNews } from './lower-third-styles.ts';
import type { Stage } from './text-layout.ts';
import type { Shape, TextLine } from './text-scene.ts';
import { drawTitle, drawTitleBold, drawTitleElegant, drawTitleNeon } from './title-styles.ts';

/** A line as the user broke it; `start` is its first code unit in the text. */
export type Paragraph = { readonly text: string; readonly start: number };

export type Draft = {
  /** At least one. */
  readonly paragraphs: readonly Paragraph[];
  readonly text: string;
  readonly accent: string;
  readonly words?: readonly TextWord[];
};

/** Bottom first. */
export type DrawStyle = (stage: Stage, draft: Draft) => readonly (TextLine | Shape)[];

export type StyleEntry = {
  /** One sentence for the reference. */
  readonly use: string;
  /** Where the user names none; absent in styles that show none. */
  readonly accent?: string;
  readonly draw: DrawStyle;
};

export const textStyles: Readonly<Record<TextPreset, StyleEntry>> = {
  title: {
    use: 'The name of the video or of a part of it, calm and clear on any picture.',
    draw: drawTitle,
  },
  'title-bold': {
    use: 'A loud headline in capitals with a hard shadow in the accent colour: openings, sport, announcements.',
    accent: '#ff3d2e',
    draw: drawTitleBold,
  },
  'title-elegant': {
    use: 'A serif title over a thin rule; further lines become a small subtitle: weddings, travel, portraits.',
    accent: '#e9cf9f',
    draw: drawTitleElegant,
  },
  'title-neon': {
    use: 'Letters that glow in the accent colour: music, games, night scenes.',
    accent: '#ff2d95',
    draw: drawTitleNeon,
  },
  'lower-third': {
    use: 'Who is speaking: first line the name, second line the role, beside a thin bar in the accent colour.',
    accent: '#ffc400',
    draw: drawLowerThird,
  },
  'lower-third-bar': {
    use: 'Name on a dark box, role on a box in the accent colour: interviews and talks over busy pictures.',
    accent: '#ffd60a',
    draw: drawLowerThirdBar,
  },
  'lower-third-news': {
    use: 'A headline across the picture with a line of detail below it, as news programmes show it.',
    accent: '#e0202b',
    draw: drawLowerThirdNews,
  },
  'end-card': {
    use: 'The end of a video: first line large, second line as a button in the accent colour, further lines small.',
    accent: '#ff3d2e',
    draw: drawEndCard,
  },
  quote: {
    use: 'Somebody’s words under a large quotation mark; the last line is who said them.',
    accent: '#e9cf9f',
    draw: drawQuote,
  },
  chapter: {
    use: 'The beginning of a part: first line a small heading (“Part 2”), second line its name, large and light.',
    accent: '#ffd25e',
    draw: drawChapter,
  },
  label: {
    use: 'A few words on a round plate in the accent colour: places, dates, “Live”, “Before”, “After”.',
    accent: '#2563eb',
    draw: drawLabel,
  },
  caption: {
    use: 'Captions as films have them: plain letters with a soft edge.',
    draw: captionStyle('caption'),
  },
  'caption-box': {
    use: 'Captions on a dark plate, readable over anything.',
    accent: '#000000',
    draw: captionStyle('caption-box'),
  },
  'caption-outline': {
    use: 'Heavy captions with a thick outline, for small screens.',
    draw: captionStyle('caption-outline'),
  },
  'caption-karaoke': {
    use: 'Words fill with the accent colour as they are spoken. Needs the times of words; plain without.',
    accent: '#ffd60a',
    draw: captionStyle('caption-karaoke'),
  },
  'caption-pop': {
    use: 'The word being spoken is larger and in the accent colour. Needs the times of words; plain without.',
    accent: '#3dff8b',
    draw: captionStyle('caption-pop'),
  },
};
