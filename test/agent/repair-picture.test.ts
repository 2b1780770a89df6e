import { describe, expect, test } from 'vitest';
import type { MorphFit } from '#core/dsp';
import type { MotionFacts, PictureFacts, SoundFacts } from '#core/facts';
import { milliseconds, rangeBetween, seconds, timeRange, ticks, zero } from '#core/time';
import { primaryTrack, type Clip, type Edit } from '#core/timeline';
import { placedTimeline, plainAsset, plainWorkspace, type PlainWorkspace } from '../fixtures/ears/plain-workspace.ts';

const asset = plainAsset('ast_take', 'video', seconds(20));

/** A hand that comes in: too much is on one side only. */
const ghosts: MorphFit = { unlike: 0.2, ghost: 0.09, unsteady: 0.12, far: 0.05 };
const alike: MorphFit = { unlike: 0.06, ghost: 0.004, unsteady: 0.001, far: 0.02 };

function workspaceWith(picture: PictureFacts, sound: SoundFacts, edits: readonly Edit[] = [], fit = ghosts): PlainWorkspace {
  const open = (timeline: ReturnType<typeof placedTimeline>) =>
    plainWorkspace(timeline, [asset], {
      pictureFacts: () => Promise.resolve(picture),
      soundFacts: () => Promise.resolve(sound),
      measureJoins: (_asset, joins) => Promise.resolve(joins.map(() => fit)),
    });
  const start = open(placedTimeline(asset));
  return edits.length === 0 ? start : open(start.preview(edits));
}

const oneShot = { shots: [timeRange(zero, seconds(20))], changes: [] };
const talking: SoundFacts = { speech: { speech: [timeRange(zero, seconds(20))], pauses: [], threshold: 0.5 } };
const silent: SoundFacts = { speech: { speech: [], pauses: [], threshold: 0.5 } };
const remove = (fromMs: number, toMs: number): Edit => ({
  kind: 'ripple-delete',
  range: rangeBetween(milliseconds(fromMs), milliseconds(toMs)),
});

function zooms(workspace: PlainWorkspace): (number | undefined)[] {
  const clips = primaryTrack(workspace.timeline())!.items.filter((item): item is Clip => item.kind === 'clip');
  return clips.map(({ effects }) => effects.find((effect) => effect.name === 'zoom')?.to);
}

describe('smooth_jump_cuts', () => {
  test('enlarges every other piece between jumps cut here and jumps in the footage', async () => {
    const facts = { shots: oneShot, jumpCuts: { cuts: [{ at: seconds(15), strength: 4, area: 0.2 }] } };
    const workspace = workspaceWith(facts, talking, [remove(8000, 8400), remove(3000, 3600)]);
    const receipt = await workspace.run('smooth_jump_cuts', {});
    expect(receipt.status).toBe('done');
    expect(zooms(workspace)).toEqual([undefined, 1.12, undefined, 1.12]);
    expect(receipt.facts).toMatchObject({ jumpCuts: 3, punchIns: 3, dissolves: 0 });
    expect(receipt.done[0]).toMatch(/0:03.*0:07\.4.*0:14/);
    expect((await workspace.run('smooth_jump_cuts', {})).status).toBe('unchanged');
    expect((await workspace.run('smooth_jump_cuts', { remove: true })).status).toBe('done');
    expect(zooms(workspace)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('dissolves where a second and more is missing and nobody speaks, never over less', async () => {
    const facts = { shots: oneShot, jumpCuts: { cuts: [] } };
    const workspace = workspaceWith(facts, silent, [remove(12_000, 12_600), remove(4000, 6000)]);
    const receipt = await workspace.run('smooth_jump_cuts', {});
    expect(receipt.facts).toMatchObject({ punchIns: 1, dissolves: 1 });
    const items = primaryTrack(workspace.timeline())!.items;
    const transition = items.find((item) => item.kind === 'transition')!;
    expect(transition.kind === 'transition' && transition.inOffset + transition.outOffset).toBe(ticks((7 * 705_600_000) / 25));
    expect(items[1]).toBe(transition);
    const spoken = workspaceWith(facts, talking, [remove(4000, 6000)]);
    expect((await spoken.run('smooth_jump_cuts', {})).facts).toMatchObject({ punchIns: 1, dissolves: 0 });
  });

  test('morphs where both sides go over into each other, and says where they do not', async () => {
    const facts = { shots: oneShot, jumpCuts: { cuts: [{ at: seconds(15), strength: 4, area: 0.2 }] } };
    const cuts = [remove(8000, 8400), remove(3000, 3600)];
    const workspace = workspaceWith(facts, talking, cuts, alike);
    const receipt = await workspace.run('smooth_jump_cuts', {});
    expect(receipt.facts).toMatchObject({ jumpCuts: 3, morphs: 3, punchIns: 0, dissolves: 0 });
    expect(receipt.done[0]).toMatch(/Morphed 3 jump cuts.*0:03.*0:07\.4.*0:14/);
    const blends = () => primaryTrack(workspace.timeline())!.items.filter(({ kind }) => kind === 'transition');
    expect(blends().map((item) => item.kind === 'transition' && item.name)).toEqual(['morph', 'morph', 'morph']);
    expect(zooms(workspace)).toEqual([undefined, undefined, undefined, undefined]);
    expect((await workspace.run('smooth_jump_cuts', {})).status).toBe('unchanged');
    expect((await workspace.run('smooth_jump_cuts', { remove: true })).done).toEqual(['Took 3 morphs away']);
    expect(blends()).toEqual([]);

    const refused = await workspaceWith(facts, talking, cuts).run('smooth_jump_cuts', { method: 'morph' });
    expect(refused.status).not.toBe('done');
    const punched = await workspaceWith(facts, talking, cuts, alike).run('smooth_jump_cuts', { method: 'punch-in' });
    expect(punched.facts).toMatchObject({ morphs: 0, punchIns: 3 });
  });

  test('a cut from shot to shot is no jump', async () => {
    const changes = [{ kind: 'cut' as const, range: timeRange(seconds(5), zero) }];
    const facts = { shots: { shots: [], changes }, jumpCuts: { cuts: [] } };
    const workspace = workspaceWith(facts, talking, [remove(4000, 6000)]);
    expect((await workspace.run('smooth_jump_cuts', {})).status).toBe('unchanged');
  });
});

function swinging(shakePercent: number): MotionFacts {
  const at = Array.from({ length: 501 }, (_, index) => milliseconds(40 * index));
  const place = (index: number) => Math.sqrt(2) * shakePercent * 1e4 * Math.sin(2 * Math.PI * 2 * 0.04 * index);
  const still = at.map(() => 0);
  const x = at.map((_, index) => (index === 0 ? 0 : Math.round(place(index) - place(index - 1))));
  return { at, starts: [], x, y: still, turn: still, growth: still, trust: at.map(() => 90) };
}

describe('stabilize_video', () => {
  /** A camera that swings to both sides twice a second. */
  const shaking = (shakePercent: number): PictureFacts => ({
    motion: swinging(shakePercent),
    shake: {
      shakePercent,
      ranges: [{ ...timeRange(zero, seconds(20)), shakePercent, panPercent: 0, usualPercent: shakePercent, filled: 1 }],
    },
  });

  test('holds shaky clips still, leaves steady ones alone and can be taken away', async () => {
    const workspace = workspaceWith(shaking(0.8), talking);
    const receipt = await workspace.run('stabilize_video', {});
    expect(receipt.status).toBe('done');
    expect(receipt.done[0]).toContain('0.80 %');
    const clip = primaryTrack(workspace.timeline())!.items[0] as Clip;
    expect(clip.effects).toEqual([{ name: 'stabilize', strength: 1, maxZoom: 1.15 }]);
    expect((await workspace.run('stabilize_video', { remove: true })).status).toBe('done');
    const hard = workspaceWith(shaking(9), talking);
    const told = await hard.run('stabilize_video', {});
    const [effect] = (primaryTrack(hard.timeline())!.items[0] as Clip).effects;
    expect(effect).toMatchObject({ name: 'stabilize', strength: 1 });
    // Nothing less leaves a quarter of a swing of an eighth of the width to each side.
    expect(effect?.name === 'stabilize' && effect.maxZoom).toBeGreaterThan(1.15);
    expect(told.facts.zoom).toBeGreaterThan(1.15);
    expect(told.facts.leftShare).toBeLessThanOrEqual(0.25);
    const named = workspaceWith(shaking(9), talking);
    await named.run('stabilize_video', { max_zoom: 1.1 });
    expect((primaryTrack(named.timeline())!.items[0] as Clip).effects).toEqual([
      { name: 'stabilize', strength: 1, maxZoom: 1.1 },
    ]);
    const steady = workspaceWith(shaking(0.05), talking);
    const left = await steady.run('stabilize_video', {});
    expect(left.status).toBe('unchanged');
    expect(left.skipped[0]!.reason).toContain('steady already');
  });
});

test('find_scenes tells changes of shot and cuts there where asked', async () => {
  const changes = [
    { kind: 'cut' as const, range: timeRange(seconds(5), zero) },
    { kind: 'dissolve' as const, range: timeRange(seconds(10), seconds(1)) },
  ];
  const workspace = workspaceWith({ shots: { shots: [], changes } }, silent);
  const told = await workspace.run('find_scenes', {});
  expect(told.done[0]).toMatch(/3 shots.*0:05.*0:10\.5.*dissolve/);
  expect(primaryTrack(workspace.timeline())!.items.length).toBe(1);
  await workspace.run('find_scenes', { split: true });
  expect(primaryTrack(workspace.timeline())!.items.length).toBe(3);
});
