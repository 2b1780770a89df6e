import type { MusicMood } from '#core/facts';
import type { Style } from '../style.ts';
import { calm } from './calm.ts';
import { cinematic } from './cinematic.ts';
import { corporate } from './corporate.ts';
import { loFi } from './lo-fi.ts';
import { suspense } from './suspense.ts';
import { upbeat } from './upbeat.ts';

export const styles: Readonly<Record<MusicMood, Style>> = {
  'lo-fi': loFi,
  upbeat,
  calm,
  cinematic,
  corporate,
  suspense,
};
