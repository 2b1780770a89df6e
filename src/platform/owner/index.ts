/** Which process something belongs to, and whether that one can still be at work. */
export { createOwner, isGone, type Owner } from './owner.ts';
