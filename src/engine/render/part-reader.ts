/** The encoded pictures of a plan, span after span, out of their parts. */
import { encodeSpans, type VideoPlan } from '#engine/plan';
import { fail } from '#core/errors';
import { partPath } from '#engine/tasks';
import { openPart, type PartReader } from './picture-part.ts';

/** A packet with its place in the output. */
export type PlacedPacket = { readonly stamp: number; readonly isKey: boolean; readonly data: Buffer };

export type Parts = Disposable & {
  /** The packets of an encode span in decode order, as many as it has frames. Errors: INTERNAL where they are not there. */
  packets(span: number): Generator<PlacedPacket>;
  /** Configuration of the encoder, absent where nothing was encoded. */
  readonly configuration: Buffer | undefined;
};

/** Errors: INTERNAL where a part is missing, or another encoder wrote it. */
export function openParts(folder: string | undefined, video: VideoPlan): Parts {
  const spans = encodeSpans(video);
  let open: PartReader | undefined;
  const close = () => {
    open?.[Symbol.dispose]();
    open = undefined;
  };
  const openSpan = (span: number): PartReader => {
    close();
    if (folder === undefined) throw fail('INTERNAL', { reason: 'the picture parts do not cover the plan' });
    try {
      open = openPart(partPath(folder, span));
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      throw isMissing ? fail('INTERNAL', { reason: 'the picture parts do not cover the plan' }) : error;
    }
    return open;
  };
  const first = spans[0] === undefined ? undefined : openSpan(spans[0]).header.configuration;
  return {
    configuration: first === undefined ? undefined : Buffer.from(first, 'base64'),
    *packets(span) {
      const reader = openSpan(span);
      const { frames, stamp } = video.spans[span]!;
      // Parts of one plan from one build of the encoder are alike; anything else would show as broken pictures.
      if (reader.header.configuration !== first) throw fail('INTERNAL', { reason: 'the picture parts were encoded differently' });
      for (let count = 0; count < frames; count++) {
        const packet = reader.next();
        if (packet === undefined) throw fail('INTERNAL', { reason: 'a picture part ends too early' });
        yield { ...packet, stamp: stamp + packet.stamp };
      }
      close();
    },
    [Symbol.dispose]: close,
  };
}
