/** The transitions there are, in editors' words; how each is drawn is in engine/render. */

/** Names in the order they are offered. The first is what "a transition" means. */
export const transitionNames = [
  'dissolve',
  'fade-black',
  'fade-white',
  'wipe-left',
  'wipe-right',
  'wipe-up',
  'wipe-down',
  'wipe-diagonal',
  'slide-left',
  'slide-right',
  'slide-up',
  'slide-down',
  'push-left',
  'push-right',
  'zoom',
  'blur',
  'circle-open',
  'circle-close',
  'circle-crop',
  'rectangle-crop',
  'clock',
  'radial',
  'barn-doors-open',
  'barn-doors-close',
  'slices',
  'pixelize',
  'squeeze',
  'dip-grey',
  'morph',
] as const;

export type TransitionName = (typeof transitionNames)[number];

export function isTransitionName(name: string): name is TransitionName {
  return (transitionNames as readonly string[]).includes(name);
}
