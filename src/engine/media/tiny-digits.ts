/** Times written into small pictures with letters of our own: five rows of three dots, no font needed. */

const dots: Readonly<Record<string, readonly number[]>> = {
  '0': [7, 5, 5, 5, 7],
  '1': [2, 6, 2, 2, 7],
  '2': [7, 1, 7, 4, 7],
  '3': [7, 1, 7, 1, 7],
  '4': [5, 5, 7, 1, 1],
  '5': [7, 4, 7, 1, 7],
  '6': [7, 4, 7, 5, 7],
  '7': [7, 1, 1, 2, 2],
  '8': [7, 5, 7, 5, 7],
  '9': [7, 5, 7, 1, 7],
  ':': [0, 2, 0, 2, 0],
  '.': [0, 0, 0, 0, 2],
};

/** An RGB picture, three bytes a pixel, rows without padding. */
export type RgbPicture = { readonly width: number; readonly height: number; readonly bytes: Buffer };

/** White on a dark box whose upper left corner is at `x`, `y`; letters without a shape are left out. */
export function writeDigits(
  picture: RgbPicture,
  text: string,
  at: { readonly x: number; readonly y: number; readonly dot: number },
): void {
  const { x, y, dot } = at;
  const letters = text.split('').filter((letter) => letter in dots);
  fill(picture, { x, y, width: (letters.length * 4 + 1) * dot, height: 7 * dot, level: 16 });
  for (const [place, letter] of letters.entries()) {
    for (const [row, bits] of dots[letter]!.entries()) {
      for (let column = 0; column < 3; column++) {
        if (((bits >> (2 - column)) & 1) === 0) continue;
        fill(picture, { x: x + (place * 4 + 1 + column) * dot, y: y + (row + 1) * dot, width: dot, height: dot, level: 255 });
      }
    }
  }
}

type Box = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly level: number;
};

function fill({ width, height, bytes }: RgbPicture, box: Box): void {
  const right = Math.min(width, box.x + box.width);
  for (let row = box.y; row < Math.min(height, box.y + box.height); row++) {
    bytes.fill(box.level, (row * width + box.x) * 3, (row * width + right) * 3);
  }
}
