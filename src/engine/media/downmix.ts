/** How the channels of a source become mono or stereo. */

/** Channel positions as bits of FFmpeg's layout mask. */
const left = 0x1 | 0x40; // front left, front left of centre
const right = 0x2 | 0x80;
const center = 0x4;
const lowFrequency = 0x8;
const surroundLeft = 0x10 | 0x200 | 0x1000; // back, side, top front
const surroundRight = 0x20 | 0x400 | 0x4000;
const behind = 0x100; // back centre

const minus3Db = Math.SQRT1_2;

/**
 * Rows are output channels, columns input channels in the order of the stream.
 *
 * Two or fewer channels keep their level: mono goes to both sides unchanged, stereo to mono is the mean. More channels
 * follow ITU-R BS.775 without scaling down: speech in the centre keeps its loudness, and what goes over full scale
 * stays in the floats for the limiter. LFE is left out, as BS.775 does.
 */
export function downmixMatrix(mask: bigint, channelCount: number, outputs: 1 | 2): number[] {
  const stereo = channelCount <= 2 ? smallMatrix(channelCount) : wideMatrix(positionsOf(mask, channelCount));
  if (outputs === 2) return [...stereo[0], ...stereo[1]];
  return stereo[0].map((value, index) => (value + stereo[1][index]!) / 2);
}

function smallMatrix(channelCount: number): [number[], number[]] {
  return channelCount === 1
    ? [[1], [1]]
    : [
        [1, 0],
        [0, 1],
      ];
}

function wideMatrix(positions: readonly number[]): [number[], number[]] {
  const has = (bits: number): boolean => positions.some((position) => (position & bits) !== 0);
  if (!has(left | right | center)) {
    // Discrete channels without a meaning: the first two are what a recorder calls left and right.
    return [positions.map((_, index) => (index === 0 ? 1 : 0)), positions.map((_, index) => (index === 1 ? 1 : 0))];
  }
  return [
    positions.map((position) => weight(position, left, surroundLeft)),
    positions.map((position) => weight(position, right, surroundRight)),
  ];
}

function weight(position: number, front: number, surround: number): number {
  if (position === lowFrequency) return 0;
  if ((position & front) !== 0) return 1;
  if ((position & (center | surround)) !== 0) return minus3Db;
  return (position & behind) !== 0 ? 0.5 : 0;
}

/** One bit per channel, lowest first, as FFmpeg orders them; 0 for channels that the mask does not name. */
function positionsOf(mask: bigint, channelCount: number): number[] {
  const positions: number[] = [];
  for (let bit = 0; bit < 31 && positions.length < channelCount; bit++) {
    if ((mask & (1n << BigInt(bit))) !== 0n) positions.push(2 ** bit);
  }
  while (positions.length < channelCount) positions.push(0);
  return positions;
}
