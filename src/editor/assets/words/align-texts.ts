/** Texts of a recording as words at their times in its sound. */
import type { Asset } from '#core/asset';
import type { SpokenText, Word } from '#core/facts';
import { splitWords } from '#core/words';
import type { EditorContext } from '#editor/context';
import { mediaSource, type FactsOptions } from '../facts-store.ts';

export type AlignedTexts = {
  readonly words: readonly Word[];
  /** Times are in proportion to letters. */
  readonly estimated: boolean;
  /** How well the words sound like what is there: −2.5 is good, below −4 is another text. */
  readonly fit: number;
};

/** Errors: those of the task. */
export async function alignTexts(
  ctx: EditorContext,
  asset: Asset,
  texts: readonly SpokenText[],
  { signal, onProgress }: FactsOptions,
): Promise<AlignedTexts> {
  const asked = texts.flatMap(({ text, ...where }): SpokenText[] => splitWords(text).map((word) => ({ text: word, ...where })));
  const words = asked.map(({ text, start, end }) => ({
    text,
    ...(start === undefined ? {} : { after: start }),
    ...(end === undefined ? {} : { before: end }),
  }));
  const found = await ctx.pool.run(
    'align-words',
    { source: mediaSource(ctx, asset), words },
    { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) },
  );
  return {
    estimated: found.estimated,
    fit: found.fit,
    words: asked.map(({ text, speaker }, index): Word => {
      const { start, end, fit } = found.words[index]!;
      return { text, start, end, confidence: confidenceOf(fit), ...(speaker === undefined ? {} : { speaker }) };
    }),
  };
}

/** 0.5 where a word fits four times worse per frame than good ones do. */
function confidenceOf(fit: number): number {
  return Math.round(100 / (1 + Math.exp(-(fit + 4.5)))) / 100;
}
