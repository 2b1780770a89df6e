import { resolve } from 'node:path';
import { fail } from '#core/errors';
import { musicMoods, type MusicMood, type MusicRequest } from '#core/facts';
import { toSeconds } from '#core/time';
import type { CommandContext } from '../command-context.ts';

export type MusicFlags = {
  readonly output?: string;
  readonly seconds: string;
  readonly bpm?: string;
  readonly key?: string;
  readonly seed?: string;
};

/**
 * `rushes music <mood> -o bed.wav`: a bed of music as a file, to be heard before it is used. The same words give the same
 * file; another `--seed` gives another piece.
 */
export async function musicCommand(context: CommandContext, mood: string, flags: MusicFlags): Promise<void> {
  const { terminal } = context;
  const request = toRequest(mood, flags);
  const output = resolve(flags.output ?? `${mood}.wav`);
  if (!/\.(wav|flac)$/i.test(output))
    throw fail('REQUEST_INVALID', { reason: 'music is written as .wav or .flac; give -o such a name' });
  const host = await context.openHost();
  try {
    if (host.embedded === undefined)
      throw fail('REQUEST_INVALID', { reason: 'music is made on this machine; unset NEMO_API_URL' });
    const facts = await host.embedded.makeMusic(request, output, (fraction) => terminal.progress('Playing', fraction));
    terminal.settle();
    const seconds = toSeconds(facts.beats[1]!) * facts.beats.length;
    if (terminal.isJson) terminal.json({ output, seconds, ...facts });
    else terminal.line(`${output}: ${seconds.toFixed(1)} s of ${facts.mood}, ${facts.bpm} bpm in ${facts.key}`);
  } finally {
    await host.close();
  }
}

function toRequest(mood: string, { seconds, bpm, key, seed }: MusicFlags): MusicRequest {
  const known = musicMoods.find((name): name is MusicMood => name === mood);
  if (known === undefined)
    throw fail('REQUEST_INVALID', { reason: `there is no mood ${mood}; moods are ${musicMoods.join(', ')}` });
  return {
    mood: known,
    seconds: Number(seconds),
    ...(bpm === undefined ? {} : { bpm: Number(bpm) }),
    ...(key === undefined ? {} : { key }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  };
}
