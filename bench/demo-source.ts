/** A raw product demo for the benches: pages of an application, one after another, with a pointer that moves and a tone that hums. */
import { openMuxer, openPlanesEncoder, openSoundEncoder } from '#engine/media';
import { createRandom } from '#engine/sample';

export type DemoOptions = {
  readonly shots: number;
  readonly shotSeconds: number;
  /** Hz; heard all along, so that what is done to the original sound can be measured. */
  readonly toneHz: number;
  readonly size?: { readonly width: number; readonly height: number };
};

const frameRate = { num: 30, den: 1 };
/** Amplitude of the tone. */
export const toneLevel = 0.05;

/** 30 pictures a second, a key frame every two seconds, stereo sound at 48 kHz, in an MP4 file. Each shot is another page. */
export function makeDemoSource(path: string, { shots, shotSeconds, toneHz, size = { width: 1920, height: 1080 } }: DemoOptions): void {
  const { width, height } = size;
  const blue = new Uint8Array((width * height) / 4).fill(126);
  const red = new Uint8Array((width * height) / 4).fill(130);
  const luma = new Uint8Array(width * height);
  using encoder = openPlanesEncoder({ size, frameRate, gop: 60, crf: 23, preset: 'superfast' });
  using muxer = openMuxer(path, { format: 'mp4' });
  muxer.addStream(encoder.parameters, encoder.timebase);
  using sound = openSoundEncoder({ codec: 'aac', sampleRateHz: 48_000, channels: 2 });
  muxer.addStream(sound.parameters, sound.timebase);
  let frame = 0;
  for (let shot = 0; shot < shots; shot++) {
    const page = drawPage(size, shot + 1);
    for (let step = 0; step < shotSeconds * 30; step++, frame++) {
      luma.set(page);
      drawPointer(luma, size, step);
      for (const packet of encoder.encode({ luma, blue, red })) muxer.write(packet, 0, encoder.timebase);
      const heard = Float32Array.from({ length: 1600 }, (_, sample) => toneLevel * Math.sin((2 * Math.PI * toneHz * (frame * 1600 + sample)) / 48_000));
      for (const packet of sound.encode([heard, heard])) muxer.write(packet, 1, sound.timebase);
    }
  }
  for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
  for (const packet of sound.flush()) muxer.write(packet, 1, sound.timebase);
  muxer.finish();
}

/** Panels and lines of what could be text, another arrangement for every seed. */
function drawPage({ width, height }: { readonly width: number; readonly height: number }, seed: number): Uint8Array {
  const random = createRandom(seed * 7919);
  const page = new Uint8Array(width * height).fill(60 + Math.floor(random() * 150));
  const box = (left: number, top: number, wide: number, high: number, value: number): void => {
    for (let y = top; y < Math.min(height, top + high); y++) page.fill(value, y * width + left, y * width + Math.min(width, left + wide));
  };
  for (let panel = 0; panel < 7; panel++) {
    const [left, top] = [Math.floor(random() * width * 0.7), Math.floor(random() * height * 0.7)];
    const [wide, high] = [Math.floor(width * (0.15 + random() * 0.3)), Math.floor(height * (0.15 + random() * 0.3))];
    const ground = 40 + Math.floor(random() * 190);
    box(left, top, wide, high, ground);
    for (let line = 1; line * 24 < high; line++)
      box(left + 12, top + line * 24, Math.floor(random() * (wide - 24)), 10, ground > 128 ? ground - 90 : ground + 90);
  }
  return page;
}

function drawPointer(luma: Uint8Array, { width, height }: { readonly width: number; readonly height: number }, step: number): void {
  const left = Math.floor((width - 40) * (0.5 + 0.4 * Math.sin(step / 40)));
  const top = Math.floor((height - 40) * (0.5 + 0.4 * Math.cos(step / 31)));
  for (let y = 0; y < 28; y++) luma.fill(235, (top + y) * width + left, (top + y) * width + left + Math.max(1, 20 - (y >> 1)));
}
