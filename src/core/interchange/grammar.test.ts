import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratio, toFrame, type FrameRate, type Ticks } from '#core/time';
import { itemsWithRanges, trackDuration, type Timeline } from '#core/timeline';
import { exportTimeline } from './index.ts';
import { grammarFaults } from './test-fcpxml-grammar.ts';
import { cook, makeAssets, rareThings, toRecipe } from './test-timelines.ts';
import { everyElement, parseXml, type Parsed } from './test-xml.ts';

const assets = makeAssets();
/** Recipes of three edits to `most`. */
const recipes = (most = 16) =>
  fc.array(fc.integer({ min: 0, max: 999_999 }), { minLength: 13, maxLength: 1 + 4 * most }).map(toRecipe);
const title = 'A <title> & "more" \u0000\u001b ]]> 片';

/** Frames of a rational time; NaN where it is not a whole number of them. */
function framesOf(time: string | undefined, rate: FrameRate): number {
  const match = /^(-?\d+)(?:\/(\d+))?s$/.exec(time ?? '');
  if (match === null) return Number.NaN;
  const [num, den] = [BigInt(match[1]!) * BigInt(rate.num), BigInt(match[2] ?? '1') * BigInt(rate.den)];
  return num % den === 0n ? Number(num / den) : Number.NaN;
}

function find(root: Parsed, name: string): Parsed[] {
  return everyElement(root).filter((element) => element.name === name);
}

describe('FCPXML 1.10', () => {
  test('follows the DTD, refers only to what is there, and keeps every time on a frame', () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(recipes(20), (recipe) => {
        const timeline = cook(recipe, 'anywhere');
        const root = parseXml(exportTimeline('fcpxml', timeline, assets, { title }).text);
        expect(grammarFaults(root)).toEqual([]);
        const all = everyElement(root);
        for (const { name } of all) seen.set(name, (seen.get(name) ?? 0) + 1);
        const ids = all.flatMap(({ attributes }) => attributes.id ?? []);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { attributes } of all)
          for (const key of ['ref', 'format']) if (attributes[key] !== undefined) expect(ids).toContain(attributes[key]);
        for (const { name, attributes } of all) {
          for (const key of ['offset', 'start', 'duration', 'time', 'value', 'tcStart']) {
            if (attributes[key] !== undefined)
              expect({ name, key, time: attributes[key], frames: framesOf(attributes[key], recipe.rate) }).toEqual({
                name,
                key,
                time: attributes[key],
                frames: expect.any(Number),
              });
            if (attributes[key] !== undefined) expect(framesOf(attributes[key], recipe.rate)).not.toBeNaN();
          }
        }
        checkStory(root, timeline);
      }),
      { numRuns: 60, examples: [[rareThings]] },
    );
    for (const name of [
      'asset-clip',
      'video',
      'title',
      'gap',
      'transition',
      'timeMap',
      'adjust-transform',
      'adjust-crop',
      'adjust-volume',
      'conform-rate',
    ])
      expect({ name, count: seen.get(name) ?? 0 }).not.toEqual({ name, count: 0 });
  });

  test('names survive as they were, without what XML cannot hold', () => {
    const timeline = cook({ rate: { num: 25, den: 1 }, choices: [] }, 'on the grid');
    const root = parseXml(exportTimeline('fcpxml', timeline, assets, { title }).text);
    expect(find(root, 'project')[0]?.attributes.name).toBe('A <title> & "more" \ufffd\ufffd ]]> 片');
    expect(find(root, 'asset')[0]?.attributes.name).toBe(assets[0]!.name);
    expect(find(root, 'media-rep')[0]?.attributes.src).toBe(encodeURIComponent(assets[0]!.name));
  });
});

/** The spine has no holes and adds up to the sequence; its clips are the story's, each where it is. */
function checkStory(root: Parsed, timeline: Timeline): void {
  const rate = timeline.frameRate;
  const sequence = find(root, 'sequence')[0]!;
  const spine = sequence.children[0]!;
  let at = 0;
  for (const child of spine.children) {
    const [offset, duration] = [framesOf(child.attributes.offset, rate), framesOf(child.attributes.duration, rate)];
    if (child.name === 'transition') {
      expect(offset).toBeLessThanOrEqual(at);
      expect(offset + duration).toBeGreaterThanOrEqual(at);
      continue;
    }
    expect(offset).toBe(at);
    expect(duration).toBeGreaterThan(0);
    at += duration;
  }
  expect(framesOf(sequence.attributes.duration, rate)).toBe(at);
  const story = timeline.tracks.find((track) => track.kind === 'video' && track.items.some((item) => item.kind === 'clip'));
  if (story === undefined) return;
  const names = new Map(assets.map((asset) => [asset.id, asset.name]));
  const wanted = itemsWithRanges(story).flatMap(({ item, range }) => {
    const [start, end] = [
      toFrame(range.start, rate, 'round'),
      toFrame((range.start + range.duration) as typeof range.start, rate, 'round'),
    ];
    return item.kind === 'clip' && end > start ? [[names.get(item.assetId), start, end - start]] : [];
  });
  const found = spine.children.flatMap(({ name, attributes }) =>
    name === 'asset-clip' || name === 'video'
      ? [
          [
            attributes.name?.replaceAll('\ufffd', '\u0007'),
            framesOf(attributes.offset, rate),
            framesOf(attributes.duration, rate),
          ],
        ]
      : [],
  );
  expect(found).toEqual(wanted);
}

/** Children that elements of xmeml 5 must have and may have, after Apple's Final Cut Pro XML Interchange Format. */
const xmemlChildren: Readonly<Record<string, readonly [required: string, optional: string]>> = {
  xmeml: ['sequence', ''],
  sequence: ['name duration rate timecode media', 'uuid in out'],
  media: ['', 'video audio'],
  format: ['samplecharacteristics', ''],
  samplecharacteristics: ['', 'rate width height pixelaspectratio fielddominance anamorphic depth samplerate'],
  track: ['enabled locked', 'clipitem transitionitem generatoritem outputchannelindex'],
  clipitem: ['name enabled duration rate start end in out file', 'sourcetrack filter link'],
  generatoritem: ['name duration rate start end in out enabled anamorphic alphatype effect', ''],
  transitionitem: ['start end alignment rate effect', ''],
  file: ['', 'name pathurl rate duration timecode media'],
  timecode: ['rate string frame displayformat', ''],
  rate: ['timebase ntsc', ''],
  effect: ['name effectid effectcategory effecttype mediatype', 'parameter'],
  filter: ['effect', ''],
  parameter: ['parameterid name value', 'valuemin valuemax'],
  value: ['', 'alpha red green blue'],
  link: ['linkclipref mediatype trackindex clipindex', 'groupindex'],
  sourcetrack: ['mediatype trackindex', ''],
};
const repeated = ['track', 'clipitem', 'transitionitem', 'generatoritem', 'filter', 'parameter', 'link'];
const numbers = [
  'duration',
  'start',
  'end',
  'in',
  'out',
  'timebase',
  'frame',
  'trackindex',
  'clipindex',
  'groupindex',
  'width',
  'height',
  'depth',
  'samplerate',
  'channelcount',
];

function xmemlFaults(element: Parsed, parent: string): string[] {
  const known =
    element.name === 'video' || element.name === 'audio'
      ? parent === 'file'
        ? ['samplecharacteristics', 'channelcount']
        : ['format', 'track numOutputChannels']
      : xmemlChildren[element.name];
  const names = element.children.map(({ name }) => name);
  const faults: string[] = [];
  if (known === undefined) {
    if (names.length > 0) faults.push(`${element.name} holds ${names.join(' ')}`);
    if (numbers.includes(element.name) && !/^-?\d+$/.test(element.text)) faults.push(`${element.name} is "${element.text}"`);
    if (['ntsc', 'enabled', 'locked', 'anamorphic'].includes(element.name) && !/^(?:TRUE|FALSE)$/.test(element.text))
      faults.push(`${element.name} is "${element.text}"`);
    return faults;
  }
  const [required, optional] = known.map((list) => list!.split(' ').filter((name) => name !== '')) as [string[], string[]];
  for (const name of required) if (!names.includes(name)) faults.push(`${element.name} lacks ${name}`);
  for (const name of names)
    if (!required.includes(name) && !optional.includes(name)) faults.push(`${element.name} has no ${name}`);
  for (const name of new Set(names))
    if (!repeated.includes(name) && names.filter((one) => one === name).length > 1)
      faults.push(`${element.name} has ${name} twice`);
  return [
    ...faults,
    ...element.children.flatMap((child) => xmemlFaults(child, element.name === 'media' ? parent : element.name)),
  ];
}

describe('xmeml 5', () => {
  const textOf = (element: Parsed, name: string) => element.children.find((child) => child.name === name)?.text ?? '';
  const count = (element: Parsed, name: string) => Number(textOf(element, name));

  test('has what each element must have, links and files that are there, and lengths that agree', () => {
    const seen = { links: 0, open: 0, speeds: 0, texts: 0 };
    fc.assert(
      fc.property(recipes(20), (recipe) => {
        const timeline = cook(recipe, 'anywhere');
        const root = parseXml(exportTimeline('xml', timeline, assets, { title }).text);
        expect(root.attributes.version).toBe('5');
        expect(xmemlFaults(root, '')).toEqual([]);
        const all = everyElement(root);
        const ids = all
          .filter(({ name }) => ['clipitem', 'generatoritem', 'sequence'].includes(name))
          .map(({ attributes }) => attributes.id);
        expect(new Set(ids).size).toBe(ids.length);
        const known = new Set(ids);
        expect(find(root, 'linkclipref').filter(({ text }) => !known.has(text))).toEqual([]);
        // Described where it is named first, by id alone from then on.
        const described = new Set<string>();
        for (const { attributes, children } of find(root, 'file')) {
          expect(children.length > 0).toBe(!described.has(attributes.id!));
          described.add(attributes.id!);
        }
        let end = 0;
        for (const track of find(root, 'track')) end = Math.max(end, checkTrack(track));
        // A last clip of less than a frame has no place of its own; the sequence still lasts as long as the timeline.
        const length = count(root.children[0]!, 'duration');
        expect(length).toBeGreaterThanOrEqual(Math.max(1, end));
        const lasts = timeline.tracks.reduce((most, track) => Math.max(most, trackDuration(track)), 0);
        expect(length).toBeLessThanOrEqual(Math.max(1, toFrame(lasts as Ticks, timeline.frameRate, 'round')));
        seen.links += find(root, 'link').length;
        seen.speeds += find(root, 'parameterid').filter(({ text }) => text === 'speed').length;
        seen.texts += find(root, 'generatoritem').length;
        seen.open += find(root, 'start').filter(({ text }) => text === '-1').length;
      }),
      { numRuns: 60, examples: [[rareThings]] },
    );
    for (const amount of Object.values(seen)) expect(amount).toBeGreaterThan(0);
  });

  /** Items lie one after another; an end that is -1 lies under a dissolve, and in and out reach over it. */
  function checkTrack(track: Parsed): number {
    const items = track.children.filter(({ name }) => name.endsWith('item'));
    let at = 0;
    items.forEach((item, index) => {
      const [start, end] = [count(item, 'start'), count(item, 'end')];
      if (item.name === 'transitionitem') return expect(end).toBeGreaterThan(start);
      const [before, after] = [items[index - 1], items[index + 1]];
      if (start === -1) expect(before?.name).toBe('transitionitem');
      if (end === -1) expect(after?.name).toBe('transitionitem');
      const from = start === -1 ? count(before!, 'start') : start;
      const to = end === -1 ? count(after!, 'end') : end;
      expect(count(item, 'out') - count(item, 'in')).toBe(to - from);
      if (start !== -1) expect(start).toBeGreaterThanOrEqual(at);
      at = end === -1 ? count(after!, 'start') : end;
      return undefined;
    });
    return at;
  }
});

/** Fields that OTIO's documentation of its serialised schema lists. */
const otioFields: Readonly<Record<string, readonly string[]>> = {
  'Timeline.1': ['name', 'metadata', 'global_start_time', 'tracks'],
  'Stack.1': ['name', 'metadata', 'children', 'effects', 'markers', 'source_range'],
  'Track.1': ['name', 'metadata', 'children', 'effects', 'markers', 'source_range', 'kind'],
  'Clip.2': ['name', 'metadata', 'effects', 'markers', 'source_range', 'media_references', 'active_media_reference_key'],
  'Gap.1': ['name', 'metadata', 'effects', 'markers', 'source_range'],
  'Transition.1': ['name', 'metadata', 'in_offset', 'out_offset', 'transition_type'],
  'ExternalReference.1': ['name', 'metadata', 'available_range', 'target_url'],
  'MissingReference.1': ['name', 'metadata', 'available_range'],
  'GeneratorReference.1': ['name', 'metadata', 'available_range', 'generator_kind', 'parameters'],
  'LinearTimeWarp.1': ['name', 'metadata', 'effect_name', 'time_scalar'],
  'FreezeFrame.1': ['name', 'metadata', 'effect_name', 'time_scalar'],
  'Effect.1': ['name', 'metadata', 'effect_name'],
  'RationalTime.1': ['rate', 'value'],
  'TimeRange.1': ['start_time', 'duration'],
};
/** Fields of newer versions that older readers pass over. */
const newerFields = ['enabled', 'available_image_bounds'];

function otioFaults(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(otioFaults);
  if (typeof value !== 'object' || value === null) return [];
  const { OTIO_SCHEMA: schema, ...fields } = value as Record<string, unknown>;
  const { metadata: _metadata, parameters: _parameters, ...rest } = fields;
  const inner = Object.values(rest).flatMap(otioFaults);
  if (schema === undefined) return inner;
  const known = otioFields[schema as string];
  if (known === undefined) return [`there is no ${schema as string}`];
  return [
    ...known.filter((name) => !Object.hasOwn(fields, name)).map((name) => `${schema as string} lacks ${name}`),
    ...Object.keys(fields)
      .filter((name) => !known.includes(name) && !newerFields.includes(name))
      .map((name) => `${schema as string} has no ${name}`),
    ...inner,
  ];
}

test('OTIO has the fields of its schema, transitions between items, and tracks as long as ours', () => {
  fc.assert(
    fc.property(recipes(), (recipe) => {
      const timeline = cook(recipe, 'anywhere');
      const document = JSON.parse(exportTimeline('otio', timeline, assets).text) as {
        tracks: {
          children: { children: { OTIO_SCHEMA: string; source_range?: { duration: { value: number; rate: number } } }[] }[];
        };
      };
      expect(otioFaults(document)).toEqual([]);
      document.tracks.children.forEach(({ children }, index) => {
        let frames = 0;
        children.forEach(({ OTIO_SCHEMA: schema, source_range: range }, place) => {
          if (schema === 'Transition.1') {
            expect(['Clip.2', 'Clip.2']).toEqual([children[place - 1]?.OTIO_SCHEMA, children[place + 1]?.OTIO_SCHEMA]);
            return;
          }
          expect(Number.isInteger(range?.duration.value)).toBe(true);
          expect(range?.duration.rate).toBe(recipe.rate.num / recipe.rate.den);
          frames += range?.duration.value ?? 0;
        });
        const end = itemsWithRanges(timeline.tracks[index]!).at(-1)?.range;
        expect(frames).toBe(
          end === undefined
            ? 0
            : toFrame((end.start + end.duration) as typeof end.start, ratio(recipe.rate.num, recipe.rate.den), 'round'),
        );
      });
    }),
    { numRuns: 60 },
  );
});
