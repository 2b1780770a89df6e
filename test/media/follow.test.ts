/** Crops that keep in frame what matters, from file to file: the tool reads real facts, the export is looked at. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { PictureAnalysis } from '#core/facts';
import { primaryTrack, type Clip } from '#core/timeline';
import { analyzePictureTask } from '#engine/analysis';
import { showPictures, type Shown } from '../fixtures/composed-pictures.ts';
import { placedTimeline, plainWorkspace } from '../fixtures/ears/plain-workspace.ts';
import { renderTimeline, sourceFrom, taskContext } from '../fixtures/render-timeline.ts';
import { writeDrawn, type Drawn } from '../fixtures/sight/measure.ts';
import { drawSpot, drawWorld, emptyFrame, expose, randomFrom, shoot, wander } from '../fixtures/sight/scenes.ts';

const seed = Number(process.env.SEED ?? 41);
process.stdout.write(`seed ${seed}\n`);
const folder = mkdtempSync(join(tmpdir(), 'rushes-follow-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const size = { width: 320, height: 180 };

/** Somebody in red who walks from one side to the other and stands there, before a camera held by hand. */
function makeWalker(seconds: number): Drawn {
  const random = randomFrom(seed);
  const world = drawWorld(Math.floor(random() * 2 ** 31), size, 0.6);
  const [shakeX, shakeY, sway] = [wander(random, 2), wander(random, 2), wander(random, 3)];
  const noise = randomFrom(seed + 1);
  const shown = emptyFrame(size);
  return {
    size,
    frames: seconds * 30,
    draw(frame) {
      const time = frame / 30;
      shoot(world, size, { x: 0.002 * shakeX(time), y: 0.002 * shakeY(time), angle: 0, scale: 1.05 }, shown);
      const walked = Math.min(1, Math.max(0, (time - 1) / (seconds - 2)));
      const x = 0.18 + 0.64 * walked * walked * (3 - 2 * walked) + 0.006 * sway(time);
      drawSpot(shown, size, {
        x,
        y: 0.27 + 0.005 * sway(time + 9),
        rx: 0.05,
        ry: 0.09,
        level: 120,
        texture: 25,
        blue: 90,
        red: 215,
      });
      expose(shown, noise, { noise: 1.5 });
      return shown;
    },
  };
}

/** Where red is, in fractions of the width, and how much of the picture it takes; undefined without any. */
function redIn(picture: Shown): { readonly x: number; readonly area: number } | undefined {
  let [count, sum] = [0, 0];
  const [columns, rows] = [picture.width >> 1, picture.height >> 1];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [, blue, red] = picture.yuv((column + 0.5) / columns, (row + 0.5) / rows);
      if (red < 170 || blue > 115) continue;
      count++;
      sum += (column + 0.5) / columns;
    }
  return count === 0 ? undefined : { x: sum / count, area: count / (columns * rows) };
}

describe('a vertical crop of somebody who walks', () => {
  test('keeps all of them in the frame and moves gently, in an export as large and as long as asked', async () => {
    const path = join(folder, 'walker.mp4');
    const film = makeWalker(5);
    writeDrawn(path, film, { crf: 20 });
    const source = sourceFrom(path, 'ast_walker');
    const workspace = plainWorkspace(placedTimeline(source.asset), [source.asset], {
      pictureFacts: async (_asset: unknown, analyses: readonly PictureAnalysis[]) =>
        analyzePictureTask({ source, analyses }, taskContext(folder)),
    });
    const receipt = await workspace.run('set_aspect', { aspect: '9:16' });
    expect(receipt.status).toBe('done');
    expect(receipt.facts.followed).toBe(1);
    const timeline = workspace.timeline();
    const render = async (followed: boolean) => {
      const tracks = timeline.tracks
        .filter(({ kind }) => kind === 'video')
        .map((track) => ({
          ...track,
          items: followed ? track.items : track.items.map((item) => (item.kind === 'clip' ? { ...item, effects: [] } : item)),
        }));
      const rendered = await renderTimeline(folder, { ...timeline, tracks }, [source]);
      return showPictures({ path: rendered.path, container: 'mov' });
    };
    const pictures = await render(true);
    expect([pictures[0]!.width, pictures[0]!.height]).toEqual([180, 320]);
    expect(pictures.length).toBe(125);
    const places = pictures.map(redIn);
    const whole = Math.max(...places.map((place) => place?.area ?? 0));
    // Cut off at the side, less of it would be seen.
    const least = Math.min(...places.map((place) => place?.area ?? 0)) / whole;
    const far = Math.max(...places.map((place) => Math.abs((place?.x ?? 9) - 0.5)));
    process.stdout.write(`least seen ${least.toFixed(2)}, farthest from the middle ${far.toFixed(2)}\n`);
    expect(least).toBeGreaterThan(0.8);
    expect(far).toBeLessThan(0.33);
    const steps = places.slice(1).map((place, index) => Math.abs((place?.x ?? 9) - (places[index]?.x ?? -9)));
    expect(Math.max(...steps)).toBeLessThan(0.07);
    // Without following, the walker is not there at the ends.
    const plain = (await render(false)).map(redIn);
    expect(plain[0]).toBeUndefined();
    expect(plain.at(-1)).toBeUndefined();

    const clip = primaryTrack(timeline)!.items[0] as Clip;
    expect(clip.effects.map(({ name }) => name)).toEqual(['follow']);
    expect((await workspace.run('set_aspect', { subject: 'follow' })).status).toBe('unchanged');
    expect((await workspace.run('set_aspect', { subject: 'center' })).status).toBe('done');
    expect((primaryTrack(workspace.timeline())!.items[0] as Clip).effects).toEqual([]);
  });
});
