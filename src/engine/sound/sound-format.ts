/** How the sound of each kind of file is coded, and in which container it waits until it is put together with pictures. */
import type { SoundCodec, SoundContainer } from '#engine/media';
import type { Container, PictureCodec } from '#engine/plan';

export type SoundFormat = {
  readonly codec: SoundCodec;
  /** FFmpeg's writer and reader for the file that `renderSoundTask` leaves. */
  readonly container: SoundContainer;
  readonly demuxer: string;
  readonly lossy: boolean;
  /** Options of the writer. */
  readonly settings: Readonly<Record<string, string>>;
};

const inMp4: SoundFormat = { codec: 'aac', container: 'ipod', demuxer: 'mov', lossy: true, settings: { movflags: '+faststart' } };

const formats: Readonly<Record<Container, SoundFormat>> = {
  mp4: inMp4,
  mov: inMp4,
  m4a: inMp4,
  webm: { codec: 'opus', container: 'webm', demuxer: 'matroska', lossy: true, settings: {} },
  mp3: { codec: 'mp3', container: 'mp3', demuxer: 'mp3', lossy: true, settings: {} },
  wav: { codec: 'pcm_s16le', container: 'wav', demuxer: 'wav', lossy: false, settings: {} },
  flac: { codec: 'flac', container: 'flac', demuxer: 'flac', lossy: false, settings: {} },
  // No sound is ever planned for them.
  gif: inMp4,
  webp: inMp4,
};

const besideProRes: SoundFormat = { codec: 'pcm_s24le', container: 'mov', demuxer: 'mov', lossy: false, settings: {} };

/** The sound of a finished file: AAC, Opus, MP3, 16-bit PCM or FLAC; 24-bit PCM beside ProRes. */
export function soundFormatOf(format: Container, codec?: PictureCodec): SoundFormat {
  return codec === 'prores' ? besideProRes : formats[format];
}
