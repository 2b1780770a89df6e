/** How far a picture may be moved and turned before an edge of it comes into view. Lengths in widths of the picture; its middle is the origin. */

export type Pose = { readonly x: number; readonly y: number; readonly turn: number; readonly growth: number };

/** Height over width, in square pixels. */
export type Frame = { readonly aspect: number };

/** What setting rows upright may ask for beyond the edges, in widths across and down. */
export type Margin = readonly [number, number];

/** Room kept for rounding: a third of a pixel of 1080p. */
const spare = 0.0002;

/** Half of what may be shifted along the sides of the picture as it lies, `zoom` in all; negative where it is turned too far. */
function roomOf(turn: number, zoom: number, { aspect }: Frame, [across, down]: Margin): readonly [number, number] {
  const [cos, sin] = [Math.cos(turn), Math.abs(Math.sin(turn))];
  return [
    0.5 - (0.5 * cos + 0.5 * aspect * sin) / zoom - spare - across,
    0.5 * aspect - (0.5 * aspect * cos + 0.5 * sin) / zoom - spare - down,
  ];
}

/** Turns weigh a third of shifts, as they do where shaking is measured. */
export const turnWeight = 1 / 3;

/**
 * The nearest pose that shows no edge, written into `into` as x, y, turn. `zoom` is what the window enlarges by, `growth` what
 * the picture is enlarged by beside it: 1.05 for one twentieth.
 */
export function nearestPose(
  { x, y, turn }: Pick<Pose, 'x' | 'y' | 'turn'>,
  zoom: number,
  growth: number,
  frame: Frame & { readonly margin: Margin },
  into: Float64Array,
): void {
  let best = Infinity;
  const attempt = (angle: number): number => {
    const [roomX, roomY] = roomOf(angle, zoom * growth, frame, frame.margin);
    if (roomX < 0 || roomY < 0) return Infinity;
    // Along the picture's own sides the room is a box.
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [u, v] = [cos * x + sin * y, cos * y - sin * x];
    const [heldU, heldV] = [clamp(u, roomX * growth), clamp(v, roomY * growth)];
    const cost = (u - heldU) ** 2 + (v - heldV) ** 2 + (turnWeight * (turn - angle)) ** 2;
    if (cost < best) {
      best = cost;
      into[0] = cos * heldU - sin * heldV;
      into[1] = sin * heldU + cos * heldV;
      into[2] = angle;
    }
    return cost;
  };
  if (attempt(turn) === 0) return;
  const most = Math.min(Math.abs(turn), 0.5);
  let [share, width] = [0, 1];
  // The cost falls and rises once: looked for from coarse to fine.
  for (let round = 0; round < 4; round++) {
    let least = Infinity;
    let at = share;
    const from = Math.max(0, share - width);
    const to = Math.min(1, share + width);
    for (let step = 0; step <= 4; step++) {
      const tried = from + ((to - from) * step) / 4;
      const cost = attempt(Math.sign(turn) * most * tried);
      if (cost < least) [least, at] = [cost, tried];
    }
    [share, width] = [at, (to - from) / 4];
  }
}

function clamp(value: number, most: number): number {
  return value > most ? most : value < -most ? -most : value;
}

/** The least enlargement of the window under which no edge is seen. */
export function zoomFor({ x, y, turn, growth }: Pose, { aspect }: Frame, [across, down]: Margin = [0, 0]): number {
  const scale = 1 + growth;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [u, v] = [Math.abs(cos * x + sin * y) / scale + spare + across, Math.abs(cos * y - sin * x) / scale + spare + down];
  const [width, height] = [0.5 * cos + 0.5 * aspect * Math.abs(sin), 0.5 * aspect * cos + 0.5 * Math.abs(sin)];
  return Math.max(width / Math.max(0.05, 0.5 - u), height / Math.max(0.05 * aspect, 0.5 * aspect - v)) / scale;
}
