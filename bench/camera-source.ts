/** Footage for the benches, the same each time. */
import { openMuxer, openPlanesEncoder, openSoundEncoder } from '#engine/media';
import { createRandom, makeNoise, sentences, soundRateHz, speakSentence } from '#engine/sample';

export type CameraOptions = { readonly seconds: number; readonly gop: number; readonly speech?: boolean };

const size = { width: 1920, height: 1080 };
const frameRate = { num: 30, den: 1 };

/**
 * `seconds` of 1080p30 with sound in an MP4 file: a still scene with a slow pan, something that moves and a little sensor
 * noise, about what a camera gives an encoder to do. `speech`: sentences with pauses for the tone that is heard otherwise.
 */
export function makeCameraSource(path: string, { seconds, gop, speech = false }: CameraOptions): void {
  const pixels = size.width * size.height;
  const random = createRandom(gop);
  const soundAt = speech ? speakFor(seconds) : (sample: number) => 0.1 * Math.sin(sample / 17);
  const noise = Uint8Array.from({ length: pixels * 2 }, () => Math.floor(random() * 19));
  const scene = Uint8Array.from({ length: pixels * 2 }, (_, index) => {
    const [x, y] = [index % (size.width * 2), Math.floor(index / (size.width * 2))];
    return 80 + 40 * Math.sin(x / 37) * Math.cos(y / 29) + 25 * Math.sin((x * y) / 9000) + (((x >> 5) + (y >> 5)) % 3) * 8;
  });
  const luma = new Uint8Array(pixels);
  const blue = new Uint8Array(pixels / 4).fill(120);
  const red = new Uint8Array(pixels / 4).fill(135);
  using encoder = openPlanesEncoder({ size, frameRate, gop, crf: 23, preset: 'veryfast' });
  using muxer = openMuxer(path, { format: 'mp4' });
  muxer.addStream(encoder.parameters, encoder.timebase);
  using sound = openSoundEncoder({ codec: 'aac', sampleRateHz: 48_000, channels: 2 });
  muxer.addStream(sound.parameters, sound.timebase);
  for (let frame = 0; frame < seconds * 30; frame++) {
    const pan = Math.floor(600 + 500 * Math.sin(frame / 200));
    const grain = Math.floor(random() * pixels);
    for (let y = 0; y < size.height; y++) {
      const [row, from] = [y * size.width, y * size.width * 2 + pan];
      for (let x = 0; x < size.width; x++) luma[row + x] = scene[from + x]! + noise[grain + row + x]!;
    }
    const left = Math.floor(800 + 700 * Math.sin(frame / 25));
    for (let y = 400; y < 700; y++) luma.fill(60 + (frame % 90), y * size.width + left, y * size.width + left + 260);
    for (const packet of encoder.encode({ luma, blue, red })) muxer.write(packet, 0, encoder.timebase);
    const heard = Float32Array.from({ length: 1600 }, (_, sample) => soundAt(frame * 1600 + sample));
    for (const packet of sound.encode([heard, heard])) muxer.write(packet, 1, sound.timebase);
  }
  for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
  for (const packet of sound.flush()) muxer.write(packet, 1, sound.timebase);
  muxer.finish();
}

/** Sentences with a second between them, over a quiet room. */
function speakFor(seconds: number): (sample: number) => number {
  const samples = makeNoise('pink', 5, (seconds + 1) * soundRateHz).map((value) => value * 0.002);
  let at = soundRateHz / 2;
  for (let index = 0; ; index++) {
    const spoken = speakSentence(index % sentences.length, 'slt');
    if (at + spoken.length > seconds * soundRateHz) break;
    for (let place = 0; place < spoken.length; place++) samples[at + place]! += spoken[place]!;
    at += spoken.length + soundRateHz;
  }
  return (sample) => samples[sample]!;
}
