/** The formats a timeline can leave in, by name. */
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { Timeline } from '#core/timeline';
import { writeAss } from './ass.ts';
import { writeFfmetadata, writeYoutubeChapters } from './chapters.ts';
import { writeEdl } from './edl.ts';
import type { Exported, ExportOptions } from './exported.ts';
import { writeFcpxml } from './fcpxml.ts';
import { writeLosslessCut } from './losslesscut.ts';
import { writeOtio } from './otio.ts';
import { writeSrt } from './srt.ts';
import { timelineCues, type TimelineCues } from './timeline-cues.ts';
import { writeVtt } from './vtt.ts';
import { writeXmeml } from './xmeml.ts';

type Exporter = (timeline: Timeline, assets: readonly Asset[], options: ExportOptions) => Exported;

const exporters = {
  otio: writeOtio,
  fcpxml: writeFcpxml,
  xml: writeXmeml,
  edl: writeEdl,
  srt: subtitles('srt', 'application/x-subrip; charset=utf-8', ({ cues }) => writeSrt(cues), ['looks', 'words']),
  vtt: subtitles('vtt', 'text/vtt; charset=utf-8', ({ cues }) => writeVtt(cues), ['looks']),
  ass: subtitles('ass', 'text/x-ssa; charset=utf-8', ({ cues }, { size }, { title }) => writeAss(cues, size, title), [
    'fine looks',
  ]),
  chapters: writeYoutubeChapters,
  ffmetadata: writeFfmetadata,
  csv: writeLosslessCut,
} as const satisfies Record<string, Exporter>;

export type InterchangeFormat = keyof typeof exporters;

/** In the order they are offered. */
export const interchangeFormats = Object.keys(exporters) as readonly InterchangeFormat[];

/** Words people and files use for a format: its name, its file ending, what the program that reads it is called. */
const otherNames: Readonly<Record<string, InterchangeFormat>> = {
  opentimelineio: 'otio', 'final cut': 'fcpxml', finalcut: 'fcpxml', fcpx: 'fcpxml', xmeml: 'xml', fcp7: 'xml', premiere: 'xml', cmx3600: 'edl', subrip: 'srt', webvtt: 'vtt', ssa: 'ass', youtube: 'chapters', losslesscut: 'csv', txt: 'chapters',
}; // prettier-ignore

/** The format that a word means, or undefined. */
export function interchangeFormat(word: string): InterchangeFormat | undefined {
  const name = word.trim().toLowerCase().replace(/^\./, '');
  if (Object.hasOwn(exporters, name)) return name as InterchangeFormat;
  return Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
}

/** A timeline in another tool's form. Errors: REQUEST_INVALID for a format that there is none of. */
export function exportTimeline(
  format: string,
  timeline: Timeline,
  assets: readonly Asset[],
  options: ExportOptions = {},
): Exported {
  const known = interchangeFormat(format);
  if (known === undefined)
    throw fail('REQUEST_INVALID', {
      reason: `there is no format "${format.slice(0, 40)}"; there are ${interchangeFormats.join(', ')}`,
    });
  return exporters[known](timeline, assets, options);
}

type Subtitles = (found: TimelineCues, timeline: Timeline, options: ExportOptions) => string;

function subtitles(
  extension: string,
  mimeType: string,
  write: Subtitles,
  lost: readonly ('looks' | 'fine looks' | 'words')[],
): Exporter {
  return (timeline, _assets, options) => {
    const found = timelineCues(timeline, options.texts);
    const animated = found.cues.some(
      ({ style }) => style.animation !== undefined && style.animation !== 'none' && style.animation !== 'fade',
    );
    return {
      text: write(found, timeline, options),
      extension,
      mimeType,
      dropped: [
        ...(found.cues.length === 0 ? ['There are no captions'] : []),
        ...found.dropped,
        ...(lost.includes('looks') && found.cues.length > 0 ? ['Fonts, colours and positions were left out'] : []),
        ...(lost.includes('fine looks') && animated ? ['Animations other than fades were left out'] : []),
        ...(lost.includes('words') && found.cues.some(({ words }) => words !== undefined)
          ? ['The times of single words were left out']
          : []),
      ],
    };
  };
}
