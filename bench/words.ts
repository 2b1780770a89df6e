/** How exactly words of a script are found in sound: on speech of the built-in voices, of another synthesiser, and on real recordings. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { splitWords } from '../src/core/words/index.ts';
import { alignPhones, createCepstraReader, createSoundAnalyzer, normalise } from '../src/engine/analysis/index.ts';
import { phoneModel, phoneNames, pronounce, speakPhones, type FliteVoice } from '../src/engine/models/index.ts';
import { milliseconds } from '../src/core/time/index.ts';

const text =
  'Welcome back to the channel. Today I want to show you three things that changed how I edit videos. First, we look at the timeline, and then we talk about pricing. It costs twenty dollars a month, which is fair for what you get. Finally, please remember to subscribe and leave a comment below.';
const media = join(import.meta.dirname, '..', '..', 'shared', 'media');

type Border = { readonly startMs: number; readonly endMs?: number };

export function wordsBench(): void {
  const words = splitWords(text);
  for (const snrDb of [Infinity, 10]) {
    const errors: number[] = [];
    for (const voice of ['slt', 'rms', 'awb', 'kal16'] as const satisfies readonly FliteVoice[])
      for (const stretch of [0.8, 1, 1.3]) errors.push(...fliteErrors(voice, stretch, snrDb));
    tell(`Flite, four voices, paces 0.8 to 1.3, ${nameOf(snrDb)}`, errors);
    tell(`eSpeak NG, three voices, ${nameOf(snrDb)}`, espeakErrors(words, snrDb));
  }
  const grid = join(media, 'talk');
  if (existsSync(grid)) tell('GRID, one sentence, labels of the corpus', gridErrors(grid));
  else console.log('GRID: ../shared/media is not there');
}

const nameOf = (snrDb: number) => (snrDb === Infinity ? 'clean' : `noise at ${snrDb} dB`);

function fliteErrors(voice: FliteVoice, stretch: number, snrDb: number): number[] {
  const words = splitWords(text);
  const { speech, phones } = speakPhones(text, voice, stretch);
  const said = phones.map(({ phone, endSeconds }, index) => ({ phone, start: (phones[index - 1]?.endSeconds ?? 0) * 1000, end: endSeconds * 1000 })).filter(({ phone }) => phone !== 'pau'); // prettier-ignore
  let at = 0;
  const truth = pronounce(words).map(({ length }) => {
    const own = said.slice(at, (at += length));
    return { startMs: own[0]!.start, endMs: own.at(-1)!.end };
  });
  return errorsOf(align(withNoise(speech.samples, snrDb), words), truth);
}

/** Times of words from the library's own events; the command does not tell them. */
const espeak = `import ctypes,json,sys,wave
lib=ctypes.CDLL('libespeak-ng.so.1')
class E(ctypes.Structure): _fields_=[('type',ctypes.c_int),('uid',ctypes.c_uint),('at',ctypes.c_int),('length',ctypes.c_int),('ms',ctypes.c_int),('sample',ctypes.c_int),('user',ctypes.c_void_p),('name',ctypes.c_char*8)]
rate=lib.espeak_Initialize(1,200,None,0); sound=bytearray(); found=[]
def heard(samples,count,events):
    if samples and count>0: sound.extend(ctypes.string_at(samples,count*2))
    index=0
    while events[index].type:
        if events[index].type==1 and events[index].length>0: found.append(events[index].ms)
        index+=1
    return 0
call=ctypes.CFUNCTYPE(ctypes.c_int,ctypes.POINTER(ctypes.c_short),ctypes.c_int,ctypes.POINTER(E))(heard)
lib.espeak_SetSynthCallback(call); lib.espeak_SetVoiceByName(sys.argv[1].encode()); lib.espeak_SetParameter(1,int(sys.argv[2]),0)
text=open(sys.argv[3]).read().encode(); lib.espeak_Synth(text,len(text)+1,0,0,0,1,None,None); lib.espeak_Synchronize()
out=wave.open(sys.argv[4],'wb'); out.setnchannels(1); out.setsampwidth(2); out.setframerate(rate); out.writeframes(bytes(sound)); out.close(); print(json.dumps(found))`;

function espeakErrors(words: readonly string[], snrDb: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  try {
    writeFileSync(join(folder, 'say.py'), espeak);
    writeFileSync(join(folder, 'text.txt'), text);
    return [
      ['en-us', '150'],
      ['en-gb', '190'],
      ['en-us+f3', '150'],
    ].flatMap(([voice, rate]) => {
      const run = spawnSync(
        'python3',
        [join(folder, 'say.py'), voice!, rate!, join(folder, 'text.txt'), join(folder, 'out.wav')],
        { encoding: 'utf8' },
      );
      if (run.status !== 0) return [];
      const starts = (JSON.parse(run.stdout) as number[]).map((startMs) => ({ startMs }));
      return starts.length === words.length
        ? errorsOf(align(withNoise(decode(join(folder, 'out.wav')), snrDb), words), starts)
        : [];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function gridErrors(folder: string): number[] {
  const rows = readFileSync(join(folder, 'LipNet__swwp2s.align'), 'utf8').replace(/^\ufeff/, '').trim().split('\n').map((line) => line.trim().split(' ')).filter(([, , word]) => word !== 'sil'); // prettier-ignore
  const truth = rows.map(([start, end]) => ({ startMs: Number(start) / 25, endMs: Number(end) / 25 }));
  return errorsOf(align(decode(join(folder, 'LipNet__id2_vcd_swwp2s.mpg')), rows.map(([, , word]) => word!)), truth); // prettier-ignore
}

function decode(path: string): Float32Array {
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-ac', '1', '-ar', '16000', '-f', 'f32le', '-'], {
    maxBuffer: 2 ** 28,
  });
  return new Float32Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.length));
}

function withNoise(samples: Float32Array, snrDb: number): Float32Array {
  const noisy = samples.slice();
  if (snrDb === Infinity) return noisy;
  const level = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length / 10 ** (snrDb / 10));
  let [seed, last] = [7, 0];
  for (let index = 0; index < noisy.length; index++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    last = 0.8 * last + 0.6 * (seed / 2 ** 31 - 1) * Math.sqrt(3);
    noisy[index]! += last * level;
  }
  return noisy;
}

function align(sound: Float32Array, words: readonly string[]): Required<Border>[] {
  const reader = createCepstraReader();
  reader.push(sound);
  const rows = reader.finish();
  const analyzer = createSoundAnalyzer(16_000, 1, ['speech']);
  analyzer.push([sound]);
  const spoken = new Set(analyzer.finish(milliseconds(sound.length / 16)).speech!.speech.flatMap(({ start, duration }) => {
    const first = Math.round(start / 7_056_000);
    return Array.from({ length: Math.round(duration / 7_056_000) }, (_, index) => first + index);
  })); // prettier-ignore
  const phones = pronounce(words).map((names) => ({
    phones: names.map((name) => phoneNames.indexOf(name as (typeof phoneNames)[number])),
  }));
  const features = normalise(rows, (frame) => spoken.has(frame));
  const found = alignPhones(features, phones, phoneModel(), { isSilent: (frame) => !spoken.has(frame), rounds: 3 });
  return (found?.words ?? []).map(({ start, end }) => ({ startMs: start * 10, endMs: end * 10 }));
}

function errorsOf(found: readonly Required<Border>[], truth: readonly Border[]): number[] {
  return truth.flatMap(({ startMs, endMs }, index) => [
    Math.abs((found[index]?.startMs ?? Infinity) - startMs),
    ...(endMs === undefined ? [] : [Math.abs((found[index]?.endMs ?? Infinity) - endMs)]),
  ]);
}

function tell(what: string, errors: readonly number[]): void {
  if (errors.length === 0) return console.log(`${what}: not measured, it is not installed here`);
  const sorted = errors.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!.toFixed(0);
  console.log(`${what}: median ${at(0.5)} ms, nine in ten within ${at(0.9)} ms, worst ${at(1)} ms (${errors.length} borders)`);
}
