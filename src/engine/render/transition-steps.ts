/** How one picture becomes another, by FFmpeg's `xfade`. */
import type { TransitionName } from '#core/timeline';

/** Our names by those of `xfade`. What editors call a push it calls a slide, and their slide a cover. */
export const xfadeNames: Readonly<Record<TransitionName, string>> = {
  dissolve: 'fade',
  'fade-black': 'fadeblack',
  'fade-white': 'fadewhite',
  'wipe-left': 'wipeleft',
  'wipe-right': 'wiperight',
  'wipe-up': 'wipeup',
  'wipe-down': 'wipedown',
  'wipe-diagonal': 'diagtl',
  'slide-left': 'coverleft',
  'slide-right': 'coverright',
  'slide-up': 'coverup',
  'slide-down': 'coverdown',
  'push-left': 'slideleft',
  'push-right': 'slideright',
  zoom: 'zoomin',
  blur: 'hblur',
  'circle-open': 'circleopen',
  'circle-close': 'circleclose',
  'circle-crop': 'circlecrop',
  'rectangle-crop': 'rectcrop',
  clock: 'radial',
  radial: 'radial',
  'barn-doors-open': 'vertopen',
  'barn-doors-close': 'vertclose',
  slices: 'hlslice',
  pixelize: 'pixelize',
  squeeze: 'squeezeh',
  'dip-grey': 'fadegrays',
  // Drawn by `openMorph` wherever both pictures fill the canvas.
  morph: 'fade',
};

/** Those that are drawn on mirrored pictures: the other way round. */
export const mirrored: ReadonlySet<TransitionName> = new Set(['radial']);
