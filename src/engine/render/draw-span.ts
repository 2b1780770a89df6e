/** The frames of encode spans, drawn one after the other: sources read, made to fit, and laid over each other. */
import type { NativeFrame } from '#engine/media';
import type { EncodeSpan, PictureOf, RenderPlan, VideoPlan } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import { openCursorPool } from './cursor-pool.ts';
import { openScene } from './open-scene.ts';
import { createPaintBox } from './paint-box.ts';
import { gridPlaces, ownFrames } from './read-layer.ts';

export type DrawnFrame = {
  /** Valid until the next frame is asked for. */
  readonly frame: NativeFrame;
  /** Output stamp in 1/timescale s. */
  readonly stamp: number;
};

export type SpanDrawer = Disposable & {
  /** Exactly `span.frames` frames. Errors: MEDIA_UNREADABLE, MEDIA_STREAM_MISSING. */
  frames(span: EncodeSpan): Generator<DrawnFrame>;
};

export type DrawerOptions = {
  readonly plan: RenderPlan;
  readonly video: VideoPlan;
  readonly sources: readonly MediaSource[];
  readonly scratch: string;
  readonly threads: number;
};

export function openSpanDrawer(options: DrawerOptions): SpanDrawer {
  const { video, sources, threads } = options;
  const cursors = openCursorPool(sources, threads);
  const paints = createPaintBox(options);

  return {
    *frames(span) {
      const own = span.stamps === 'source' ? ownLayer(span) : undefined;
      if (own !== undefined) {
        // One layer drives the span: its pictures keep their own times.
        const cursor = cursors.take(own.assetId, own.streamIndex, own.source.start);
        using scene = openScene(span, { options, cursors, paints, given: own, clock: cursor });
        try {
          for (const { shown, stamp, middle } of ownFrames(span, own, cursor, video))
            yield { frame: scene.draw({ stamp, middle, isFirst: false }, shown), stamp };
        } finally {
          cursors.giveBack(cursor, own.source.start + own.source.duration);
        }
        return;
      }
      using scene = openScene(span, { options, cursors, paints });
      for (const place of gridPlaces(span, video)) yield { frame: scene.draw(place), stamp: place.stamp };
    },
    [Symbol.dispose]() {
      cursors[Symbol.dispose]();
      paints[Symbol.dispose]();
    },
  };
}

function ownLayer(span: EncodeSpan): PictureOf | undefined {
  return span.layers.find((layer) => layer.kind === 'picture');
}
