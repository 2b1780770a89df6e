/** The tree of an OTIO document as drafts of tracks; nested stacks and tracks are flattened. */
import { ratio, scaleTicks, subtractTicks, zero, type FrameRate, type Ratio, type Ticks } from '#core/time';
import { isTransitionName, type ClipEffect, type Timeline } from '#core/timeline';
import type { DraftItem, DraftTrack } from './assemble.ts';
import { documentFault, documentLimits } from './document-text.ts';
import { tally } from './exported.ts';
import { rateOf, rationalTicks } from './otio-time.ts';
import { flattenDrafts, sliceDrafts } from './slice-drafts.ts';

type Json = Readonly<Record<string, unknown>>;

export type OtioTree = {
  readonly tracks: readonly DraftTrack[];
  readonly frameRate: FrameRate;
  readonly metadata: unknown;
  readonly notes: readonly string[];
};

type Reading = {
  objects: number;
  rate: FrameRate | undefined;
  disabled: number;
  effects: number;
  transitions: number;
  unknown: number;
  flattened: number;
};

/** Errors: DOCUMENT_INVALID for anything that is not an OTIO object, too deep, or too much. */
export function readTree(document: unknown, base: Timeline): OtioTree {
  const root = findRoot(document);
  const reading: Reading = { objects: 0, rate: undefined, disabled: 0, effects: 0, transitions: 0, unknown: 0, flattened: 0 };
  const start = asObject(root.global_start_time);
  const given = start === undefined ? undefined : rateOf(Number(start.rate));
  const stack = schemaOf(root) === 'Timeline' ? asObject(root.tracks) : root;
  if (stack === undefined) throw documentFault('OTIO', 'the timeline has no tracks');
  const tracks = readStack(stack, reading, 0);
  return {
    tracks,
    frameRate: given ?? reading.rate ?? base.frameRate,
    metadata: root.metadata,
    notes: [
      ...tally(reading.flattened, '1 nested group of clips was flattened', '{n} nested groups of clips were flattened'),
      ...tally(reading.disabled, '1 disabled clip became a gap', '{n} disabled clips became gaps'),
      ...tally(reading.effects, '1 effect of another program was left out', '{n} effects of other programs were left out'),
      ...tally(
        reading.transitions,
        '1 transition of another program became a dissolve',
        '{n} transitions of other programs became dissolves',
      ),
      ...tally(reading.unknown, '1 object of an unknown kind was left out', '{n} objects of unknown kinds were left out'),
    ],
  };
}

export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function schemaOf(object: Json): string {
  return typeof object.OTIO_SCHEMA === 'string' ? object.OTIO_SCHEMA.slice(0, 60).replace(/\.\d{1,4}$/, '') : '';
}

/** The document itself, or the first timeline of a collection. */
function findRoot(document: unknown): Json {
  let root = asObject(document);
  for (
    let depth = 0;
    root !== undefined && schemaOf(root) === 'SerializableCollection' && depth < documentLimits.depth;
    depth++
  ) {
    const children: unknown[] = Array.isArray(root.children) ? root.children : [];
    root = children
      .map(asObject)
      .find((child) => child !== undefined && ['Timeline', 'Stack', 'Track', 'SerializableCollection'].includes(schemaOf(child)));
  }
  if (root === undefined || !['Timeline', 'Stack', 'Track', 'Clip'].includes(schemaOf(root)))
    throw documentFault(
      'OTIO',
      `its root is ${root === undefined ? 'not an OTIO object' : `a "${schemaOf(root)}"`}, not a timeline`,
    );
  return root;
}

function childrenOf(object: Json, reading: Reading): Json[] {
  const children: readonly unknown[] = Array.isArray(object.children) ? object.children : [];
  reading.objects += children.length;
  if (reading.objects > documentLimits.items * 2)
    throw documentFault('OTIO', `it has more than ${documentLimits.items * 2} objects`);
  return children.map((child) => {
    const found = asObject(child);
    if (found === undefined) throw documentFault('OTIO', 'a child is not an object');
    return found;
  });
}

function readStack(stack: Json, reading: Reading, depth: number): DraftTrack[] {
  if (schemaOf(stack) !== 'Stack') return [readTrack(stack, reading, depth)];
  const tracks = childrenOf(stack, reading).map((child) => readTrack(child, reading, depth + 1));
  const trimmed = asObject(stack.source_range);
  if (trimmed === undefined) return tracks;
  const { start, duration } = readRange(trimmed, reading);
  return tracks.map((track) => ({ ...track, items: sliceDrafts(track.items, start, (start + duration) as Ticks) }));
}

function readTrack(object: Json, reading: Reading, depth: number): DraftTrack {
  if (depth > documentLimits.depth)
    throw documentFault('OTIO', `objects lie within each other over ${documentLimits.depth} deep`);
  const name = typeof object.name === 'string' ? object.name : '';
  const own = asObject(asObject(object.metadata)?.rushes)?.kind;
  const isAudio = object.kind === 'Audio';
  const kind = isAudio ? 'audio' : own === 'text' ? 'text' : 'video';
  if (schemaOf(object) !== 'Track') return { kind, name, items: readItem(object, { reading, depth, kind }) };
  const items = childrenOf(object, reading).flatMap((child) => readItem(child, { reading, depth: depth + 1, kind }));
  const trimmed = asObject(object.source_range);
  if (trimmed === undefined) return { kind, name, items };
  const { start, duration } = readRange(trimmed, reading);
  return { kind, name, items: sliceDrafts(items, start, (start + duration) as Ticks) };
}

type Place = { readonly reading: Reading; readonly depth: number; readonly kind: DraftTrack['kind'] };

function readItem(object: Json, place: Place): DraftItem[] {
  const { reading } = place;
  switch (schemaOf(object)) {
    case 'Clip':
      return readClip(object, place);
    case 'Gap':
    case 'Filler': {
      const { duration } = rangeOf(object, reading);
      return duration > 0 ? [{ kind: 'gap', duration }] : [];
    }
    case 'Transition':
      return readTransition(object, reading);
    case 'Stack':
    case 'Track':
      return readNested(object, place);
    default:
      reading.unknown++;
      return [];
  }
}

/** The layers of a nested group as one: upper ones cover lower ones. Only layers of the same kind as the track are taken. */
function readNested(object: Json, { reading, depth, kind }: Place): DraftItem[] {
  reading.flattened++;
  const layers = readStack(object, reading, depth + 1);
  const same = layers.filter((layer) => layer.kind === kind);
  return [...flattenDrafts((same.length > 0 ? same : layers).map(({ items }) => items))];
}

function readTransition(object: Json, reading: Reading): DraftItem[] {
  const own = asObject(asObject(object.metadata)?.rushes)?.name;
  const inOffset = readTime(object.in_offset, reading) ?? zero;
  const outOffset = readTime(object.out_offset, reading) ?? zero;
  if (inOffset < 0 || outOffset < 0 || inOffset + outOffset === 0) return [];
  const isKnown = typeof own === 'string' && isTransitionName(own);
  if (!isKnown && object.transition_type !== 'SMPTE_Dissolve') reading.transitions++;
  return [{ kind: 'transition', name: isKnown ? own : 'dissolve', inOffset, outOffset }];
}

function readClip(object: Json, { reading, kind }: Place): DraftItem[] {
  const reference = referenceOf(object);
  const available = asObject(reference?.available_range);
  const range = rangeOf(object, reading);
  const duration = range.duration;
  if (duration <= 0) return [];
  if (object.enabled === false) {
    reading.disabled++;
    return [{ kind: 'gap', duration }];
  }
  const generated = asObject(reference?.parameters);
  const name = typeof object.name === 'string' ? object.name.slice(0, 2000) : '';
  if (kind === 'text') return [readText(generated, name, duration)];
  const text = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : []);
  const own = asObject(asObject(reference?.metadata)?.rushes);
  // Media may carry timecode of its own; an asset's time begins with its first frame.
  const origin = available === undefined ? zero : readRange(available, reading).start;
  const { speed, effects } = readEffects(object, subtractTicks(range.start, origin), reading);
  const isReverse = effects.some(({ name: effect }) => effect === 'reverse');
  const ours = own !== undefined;
  const start = subtractTicks(range.start, origin);
  return [
    {
      kind: 'clip',
      media: {
        ...(typeof own?.assetId === 'string' ? { assetId: own.assetId } : {}),
        ...(typeof own?.hash === 'string' ? { hash: own.hash } : {}),
        names: [...text(reference?.target_url), ...text(reference?.name), ...text(name)],
      },
      name: name || text(reference?.target_url)[0] || 'a clip without a name',
      // Others play a reversed clip from its start time backwards; ours is the range that is played.
      sourceStart: isReverse && !ours ? subtractTicks(start, scaleTicks(duration, speed.num, speed.den)) : start,
      duration,
      speed,
      effects,
    },
  ];
}

function readText(generated: Json | undefined, name: string, duration: Ticks): DraftItem {
  const text = typeof generated?.text === 'string' && generated.text.trim() !== '' ? generated.text.slice(0, 2000) : name;
  if (text.trim() === '') return { kind: 'gap', duration };
  return { kind: 'text', duration, text, style: titleStyle };
}

const titleStyle = { preset: 'title', position: 'center', color: '#ffffff', size: 0.08, fadeIn: zero, fadeOut: zero } as const;

function referenceOf(object: Json): Json | undefined {
  const single = asObject(object.media_reference);
  if (single !== undefined) return single;
  const many = asObject(object.media_references);
  const key = typeof object.active_media_reference_key === 'string' ? object.active_media_reference_key : 'DEFAULT_MEDIA';
  return many !== undefined && Object.hasOwn(many, key) ? asObject(many[key]) : undefined;
}

/** A clip's own trim, else all of its media. */
function rangeOf(object: Json, reading: Reading): { readonly start: Ticks; readonly duration: Ticks } {
  const range = asObject(object.source_range) ?? asObject(referenceOf(object)?.available_range);
  if (range === undefined) return { start: zero, duration: zero };
  return readRange(range, reading);
}

function readEffects(
  object: Json,
  at: Ticks,
  reading: Reading,
): { readonly speed: Ratio; readonly effects: readonly ClipEffect[] } {
  const list: readonly unknown[] = Array.isArray(object.effects) ? object.effects : [];
  let speed: Ratio = { num: 1, den: 1 };
  const effects: ClipEffect[] = [];
  for (const value of list.slice(0, 64)) {
    const effect = asObject(value);
    const kind = effect === undefined ? '' : schemaOf(effect);
    const scalar = Number(effect?.time_scalar);
    const own = asObject(asObject(effect?.metadata)?.rushes);
    if (kind === 'FreezeFrame' || (kind === 'LinearTimeWarp' && scalar === 0)) effects.push({ name: 'freeze', at });
    else if (kind === 'LinearTimeWarp' && Math.abs(scalar) >= 0.01 && Math.abs(scalar) <= 100) {
      speed = ownRatio(own?.speed) ?? ratio(Math.round(Math.abs(scalar) * 1000), 1000);
      if (scalar < 0) effects.push({ name: 'reverse' });
    } else reading.effects++;
  }
  return { speed, effects };
}

function readRange(object: Json, reading: Reading): { readonly start: Ticks; readonly duration: Ticks } {
  const [start, duration] = [readTime(object.start_time, reading), readTime(object.duration, reading)];
  if (start === undefined || duration === undefined)
    throw documentFault('OTIO', 'a time range has no start and duration that are numbers');
  return { start, duration };
}

function readTime(value: unknown, reading: Reading): Ticks | undefined {
  const object = asObject(value);
  if (object === undefined) return undefined;
  const [count, rate] = [Number(object.value), Number(object.rate)];
  const time = rationalTicks(count, rate);
  if (time === undefined)
    throw documentFault(
      'OTIO',
      `there is no time of ${JSON.stringify(object.value)?.slice(0, 30)} at a rate of ${JSON.stringify(object.rate)?.slice(0, 30)}`,
    );
  // Rates of sound are times too; the picture's says which frames the timeline has.
  if (rate <= 240) reading.rate ??= rateOf(rate);
  return time;
}

/** A ratio that we wrote ourselves. */
function ownRatio(value: unknown): Ratio | undefined {
  const { num, den } = asObject(value) ?? {};
  const isPart = (part: unknown): part is number =>
    typeof part === 'number' && Number.isSafeInteger(part) && part > 0 && part <= 1_000_000;
  return isPart(num) && isPart(den) && num / den >= 0.01 && num / den <= 100 ? { num, den } : undefined;
}
