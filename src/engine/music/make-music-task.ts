/** The piece as a file: brought to its level, never clipped, written bar by bar. */
import { setImmediate } from 'node:timers/promises';
import { createLoudnessMeter } from '#core/dsp';
import { fail } from '#core/errors';
import { openMuxer, openSoundEncoder } from '#engine/media';
import type { TaskImplementation } from '#engine/tasks';
import { composeMusic } from './compose-music.ts';
import { musicRateHz } from './form.ts';

const targetLufs = -18;
/** The level is measured on as much as this, held in memory; longer pieces go on with what they began with. */
const measuredSeconds = 100;
/** Up to here nothing is changed; what stands above bends towards full scale and never reaches it. */
const knee = 0.6;

/** Writes the asked bed as FLAC, or as WAV where the path ends so: stereo, 48 kHz, 16 bit. Errors: REQUEST_INVALID, JOB_CANCELED, DISK_FULL. */
export const makeMusicTask: TaskImplementation<'make-music'> = async ({ request, outputPath }, { signal, progress }) => {
  const piece = composeMusic(request);
  const isWave = /\.wav$/i.test(outputPath);
  using encoder = openSoundEncoder({ codec: isWave ? 'pcm_s16le' : 'flac', sampleRateHz: musicRateHz, channels: 2 });
  using muxer = openMuxer(outputPath, { format: isWave ? 'wav' : 'flac', settings: {} });
  muxer.addStream(encoder.parameters, encoder.timebase);
  const write = (bar: readonly Float32Array[], gain: number): void => {
    for (const samples of bar) bringTo(samples, gain);
    for (const packet of encoder.encode(bar)) muxer.write(packet, 0, encoder.timebase);
  };
  const meter = createLoudnessMeter(musicRateHz, 2);
  const held: Float32Array[][] = [];
  let made = 0;
  let gain: number | undefined;
  for (const bar of piece.bars()) {
    await setImmediate();
    if (signal.aborted) throw fail('JOB_CANCELED');
    made += bar[0].length;
    progress(made / piece.samples);
    if (gain !== undefined) {
      write(bar, gain);
      continue;
    }
    meter.push(bar);
    held.push(bar);
    if (made < Math.min(piece.samples, measuredSeconds * musicRateHz)) continue;
    gain = 10 ** ((targetLufs - meter.result().integratedLufs) / 20);
    for (const first of held.splice(0)) write(first, gain);
  }
  for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
  muxer.finish();
  return piece.facts;
};

function bringTo(samples: Float32Array, gain: number): void {
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index]! * gain;
    const over = Math.abs(value) - knee;
    samples[index] = over <= 0 ? value : Math.sign(value) * (knee + (0.95 - knee) * Math.tanh(over / (0.95 - knee)));
  }
}
