/** Media that a draft names and nobody has: what can be known of them from the draft alone. */
import type { Asset, AssetId, AssetStream, Size } from '#core/asset';
import { draftSchema, type Draft } from '#core/protocol';
import { milliseconds, seconds, zero, type Ticks } from '#core/time';

const noBytes = '0'.repeat(64);
const timebase = { num: 1, den: 90_000 };

/** Whether there are no bytes behind an asset. */
export function isPlaceholder(asset: Asset): boolean {
  return asset.bytes === 0 && asset.hash === noBytes;
}

/** The draft inside whatever the state route, a session file or a person gives: the object itself or one that holds it. */
export function draftIn(json: unknown): unknown {
  let inner = json;
  for (const key of ['data', 'state', 'draft']) inner = isObject(inner) && inner[key] !== undefined ? inner[key] : inner;
  return typeof inner === 'string' ? parsed(inner) : inner;
}

/** One asset for each media that the draft names and `known` has not, as long as the furthest place that is used of it. */
export function placeholdersOf(json: unknown, known: readonly Asset[]): Asset[] {
  const draft = draftSchema.safeParse(draftIn(json)).data;
  if (draft === undefined) return [];
  const infos = infosIn(json);
  const size = sizeOf(draft);
  return usesOf(draft)
    .filter(({ id }) => !known.some((asset) => asset.id === id))
    .map((use) => placeholder(use, { size, ...infos.get(use.id) }));
}

type Use = {
  readonly id: AssetId;
  readonly name: string | undefined;
  readonly until: Ticks;
  /** Stream numbers by what they are, where the draft says them. */
  readonly picture: number | undefined;
  readonly sound: number | undefined;
};

function usesOf(draft: Draft): Use[] {
  const uses = new Map<AssetId, Use>();
  const isOurs = isObject(draft.m);
  for (const { tt, sg } of draft.t) {
    for (const { media, name, d, in: from = 0, speed = 1, m } of sg) {
      if (media === undefined || tt === 7) continue;
      const item = isObject(m) && isObject(m.item) ? m.item : undefined;
      const exact = isObject(item?.sourceRange) ? item.sourceRange : undefined;
      const end =
        typeof exact?.start === 'number' && typeof exact.duration === 'number'
          ? Math.max(exact.start + exact.duration, 0)
          : milliseconds(Math.ceil(from + d * speed));
      const stream = typeof item?.streamIndex === 'number' ? item.streamIndex : undefined;
      const before = uses.get(media) ?? { id: media, name, until: zero, picture: undefined, sound: undefined };
      uses.set(media, {
        ...before,
        name: before.name ?? name,
        until: Math.max(before.until, end) as Ticks,
        // Written by hand, a picture brings its sound.
        ...(tt === 0 ? { picture: stream ?? 0, sound: before.sound ?? (isOurs ? undefined : 1) } : {}),
        ...(tt === 1 ? { sound: stream ?? (before.picture === undefined ? 0 : 1) } : {}),
      });
    }
  }
  return [...uses.values()];
}

type Info = { readonly size: Size; readonly duration?: Ticks; readonly isStill?: boolean };

function placeholder({ id, name, until, picture, sound }: Use, { size, duration: length, isStill }: Info): Asset {
  const duration = isStill === true ? zero : length !== undefined && length > until ? length : until;
  const shared = { timebase, start: zero, duration };
  const streams: AssetStream[] = [];
  if (picture !== undefined)
    streams.push({
      kind: 'video',
      index: picture,
      codec: 'unknown',
      codedSize: size,
      displaySize: size,
      rotation: 0,
      sampleAspect: { num: 1, den: 1 },
      frameRate: { num: 30, den: 1 },
      variableFrameRate: false,
      frameCount: 0,
      pixelFormat: 'unknown',
      bitDepth: 8,
      color: { primaries: 'unknown', transfer: 'unknown', matrix: 'unknown', range: 'unknown' },
      attachedPicture: false,
      ...shared,
    });
  if (sound !== undefined)
    streams.push({ kind: 'audio', index: sound, codec: 'unknown', sampleRateHz: 48_000, channels: 2, ...shared });
  return {
    id,
    hash: noBytes,
    name: name ?? id,
    bytes: 0,
    kind: picture === undefined ? 'audio' : isStill === true ? 'image' : 'video',
    container: 'unknown',
    duration,
    streams,
    warnings: ['known from the draft only'],
  };
}

/** What the state route's list of media says. */
function infosIn(json: unknown): ReadonlyMap<AssetId, Partial<Info>> {
  let inner = json;
  for (const key of ['data', 'state']) inner = isObject(inner) && inner[key] !== undefined ? inner[key] : inner;
  const list = isObject(inner) && Array.isArray(inner.video_infos) ? (inner.video_infos as unknown[]) : [];
  return new Map(
    list.flatMap((entry): [AssetId, Partial<Info>][] => {
      if (!isObject(entry) || typeof entry.id !== 'string') return [];
      const { id, duration, width, height, file_type: type } = entry;
      const hasLength = typeof duration === 'number' && duration > 0 && duration < 604_800;
      const hasSize = isSide(width) && isSide(height);
      return [
        [
          id,
          {
            ...(hasLength ? { duration: seconds(duration) } : {}),
            ...(hasSize ? { size: { width, height } } : {}),
            ...(type === 'image' ? { isStill: true } : {}),
          },
        ],
      ];
    }),
  );
}

function sizeOf({ m }: Draft): Size {
  const size = isObject(m) && isObject(m.size) ? m.size : {};
  return isSide(size.width) && isSide(size.height) ? { width: size.width, height: size.height } : { width: 1920, height: 1080 };
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 2 && value <= 16_384;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
