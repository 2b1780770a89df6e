/**
 * Writes docs/reference/ from the definitions themselves: routes, failures, settings, styles of text.
 *
 * `node scripts/generate-reference.ts` writes, `--check` fails where a page is not what it would write. Pictures of the
 * styles of text are drawn anew by writing only: their bytes may differ from machine to machine.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { codes, fail, kinds, type ErrorCode } from '#core/errors';
import { presets, type ExportPreset } from '#editor/jobs';
import { pictureCodecs } from '#engine/plan';
import { textAnimations, textPresets } from '#core/timeline';
import { settings, type Setting } from '#platform/config';
import { openApiDocument, routes } from '#surfaces/http';
// Past the door, which would load FFmpeg for a page of words.
import { textStyles } from '../src/engine/render/text-styles.ts';

type Schema = { readonly [key: string]: unknown };
type Operation = {
  readonly summary: string;
  readonly description?: string;
  readonly security?: unknown;
  readonly parameters: readonly {
    readonly in: string;
    readonly name: string;
    readonly required: boolean;
    readonly schema: Schema;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
};

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'reference');
const note = '<!-- Made by scripts/generate-reference.ts; do not edit. -->\n\n';
const pages: Readonly<Record<string, () => string>> = {
  'http.md': httpPage,
  'errors.md': errorsPage,
  'config.md': configPage,
  'formats.md': formatsPage,
  'text-styles.md': textStylesPage,
};

const animations: Readonly<Record<string, string>> = { gif: 'one palette of 256 colours for the whole', webp: 'animated WebP' };
const sounds: Readonly<Record<string, string>> = {
  mp4: 'AAC 192 kbit/s',
  mov: 'AAC; 24-bit PCM beside ProRes',
  webm: 'Opus 192 kbit/s',
  m4a: 'AAC 192 kbit/s',
  mp3: 'MP3 192 kbit/s',
  wav: '16-bit PCM',
  flac: 'FLAC',
};

const stale: string[] = [];
mkdirSync(folder, { recursive: true });
for (const [name, write] of Object.entries(pages)) {
  const path = join(folder, name);
  const text = note + write();
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (read(path) !== text) stale.push(name);
}
if (!process.argv.includes('--check')) {
  const { drawTextStyles } = await import('./draw-text-styles.ts');
  drawTextStyles(join(folder, 'text-styles'));
}
if (stale.length > 0) console.error(`docs/reference/${stale.join(', ')}: out of date; run node scripts/generate-reference.ts`);
process.exitCode = stale.length === 0 ? 0 : 1;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function httpPage(): string {
  const document = openApiDocument(routes, '') as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => describeOperation(method, path, operation)),
  );
  const parts = Object.entries(document.components.schemas).map(
    ([name, schema]) => `### ${name}\n\n${sentence(schema)}${fields(schema)}`,
  );
  return (
    '# HTTP API\n\nThe same as a machine reads it: `GET /openapi.json`. Replies are `{"code":0,"message":"success","data":{…}}` with the fields of\n' +
    '`data` on the top level too; failures are `{"code","message","detail","error"}` ([errors](errors.md)).\n\n' +
    `${operations.join('\n')}\n## Shapes\n\n${parts.join('\n')}`
  );
}

function describeOperation(method: string, path: string, operation: Operation): string {
  const lines = [
    `## ${method.toUpperCase()} \`${path}\`\n`,
    `${operation.summary}.${operation.security === undefined ? ' No token.' : ''}`,
  ];
  if (operation.description !== undefined) lines.push('', operation.description);
  const parameters = operation.parameters.filter(({ in: place }) => place !== 'path');
  for (const { in: place, name, required, schema, description } of parameters) {
    lines.push(
      '',
      `- ${place} \`${name}\`${required ? '' : ' (optional)'}: ${[typeOf(schema), description].filter(Boolean).join('. ')}`,
    );
  }
  for (const [type, { schema }] of Object.entries(operation.requestBody?.content ?? {}))
    lines.push('', `Body, \`${type}\`:`, '', fields(schema));
  const [contentType, reply] = Object.entries(operation.responses['200']!.content ?? {})[0] ?? [];
  const replied = (reply?.schema.properties as Readonly<Record<string, Schema>> | undefined)?.data ?? reply?.schema;
  const shape = replied === undefined ? '' : replied.properties === undefined ? `: ${typeOf(replied)}` : '';
  lines.push(
    '',
    `Reply${contentType === 'application/json' ? '' : `, \`${contentType}\``}: ${operation.responses['200']!.description}${shape}`,
  );
  if (replied?.properties !== undefined) lines.push('', fields(replied));
  const refusals = Object.keys(operation.responses).filter((status) => status !== '200');
  lines.push('', `Refuses with ${refusals.join(', ')}.`, '');
  return lines.join('\n').replaceAll(/\n{3,}/g, '\n\n');
}

function fields(schema: Schema, indent = ''): string {
  const properties = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>);
  const required = (schema.required ?? []) as readonly string[];
  return properties
    .map(([name, field]) => {
      const inner =
        field.properties === undefined
          ? ((field.items as Schema | undefined)?.properties as object | undefined) === undefined
            ? undefined
            : (field.items as Schema)
          : field;
      const words = [typeOf(field), field.description].filter(Boolean).join('. ');
      return `${indent}- \`${name}\`${required.includes(name) ? '' : ' (optional)'}: ${words}\n${inner === undefined ? '' : fields(inner, `${indent}  `)}`;
    })
    .join('');
}

function sentence(schema: Schema): string {
  return typeof schema.description === 'string' ? `${schema.description}\n\n` : '';
}

function typeOf(schema: Schema): string {
  if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1)!;
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((entry) => typeOf(entry as Schema)).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf((schema.items ?? {}) as Schema)}`;
  const range =
    schema.minimum === undefined || schema.maximum === undefined
      ? ''
      : ` ${JSON.stringify(schema.minimum)} … ${JSON.stringify(schema.maximum)}`;
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]) as readonly unknown[];
  return types[0] === undefined ? 'anything' : `${types.join(' or ')}${range}`;
}

function errorsPage(): string {
  const rows = (Object.keys(codes) as ErrorCode[]).map((code) => {
    const error = fail(code);
    return `| \`${code}\` | ${error.kind} | ${error.status} | ${error.wireCode} | ${kinds[error.kind].exitCode} | ${error.message} | ${error.hint} |`;
  });
  return (
    '# Failures\n\nOne table for the HTTP API (`status`, and `code` in the body), the command line (exit code), the queue and the agent.\n\n' +
    `| name | kind | status | code | exit | message | what to do |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`
  );
}

function configPage(): string {
  const rows = Object.values(settings).map(
    ({ env, describe, fallback }: Setting) => `| \`${env}\` | ${describe.replaceAll('|', '\\|')} | ${defaultOf(env, fallback)} |`,
  );
  return `# Settings\n\nRead once, at the start, from the environment. A wrong value or an unknown \`RUSHES_\` name is an error.\n\n| name | what | default |\n|---|---|---|\n${rows.join('\n')}\n`;
}

function defaultOf(env: string, fallback: string | undefined): string {
  // The number of processors differs from machine to machine.
  if (env === 'RUSHES_WORKERS') return 'processors of the machine';
  return fallback === undefined || fallback === '' ? '' : `\`${fallback}\``;
}

function formatsPage(): string {
  const formats = Object.entries(pictureCodecs).map(([format, codecs]) => {
    const picture = codecs.length > 0 ? codecs.map(codecWord).join(', ') : (animations[format] ?? '');
    return `| \`${format}\` | ${picture} | ${sounds[format] ?? ''} |`;
  });
  const rows = Object.entries(presets).map(([name, preset]) => presetRow(name, preset));
  return (
    '# Formats and presets\n\nWhat `output` of a render request may say; the command line has the same as flags. A field that a format cannot hold is\n' +
    'refused by its name. Every file is proved before it is handed over: frames, size, rate, duration, sync, loudness, that it decodes.\n\n' +
    `| format | picture (the first is the usual one) | sound |\n|---|---|---|\n${formats.join('\n')}\n\n` +
    'Single pictures (PNG, JPEG), contact sheets, filmstrips, waveforms and proxies are previews: see [HTTP](http.md).\n\n' +
    '## Fields\n\n' +
    '- `quality`: low, medium, high or lossless. Lossless is without any loss in H.265, VP9 and WebP; H.264 and AV1 stay playable everywhere\n' +
    '  and only look the same; ProRes is 422 HQ from `high` on. What was not touched is copied and always stays as it is (H.264 into mp4 and mov).\n' +
    '- `resolution`: 2160p, 1440p, 1080p, 720p, 480p, 360p, 240p or 1280x720; `fps`: 1 to 240. Pictures are never enlarged.\n' +
    '- `aspect` and `fit`: another shape for this file alone (9:16, 1:1, 4:5); contain, cover or blur-fill (usual).\n' +
    '- `max_bitrate_kbps`: the file never takes more on average; quality is given up where it must be. `audio_bitrate_kbps`: 32 to 320.\n' +
    '- `channels`: mono or stereo.\n' +
    '- GIF and WebP are at most 480 pixels and 15 frames a second unless told otherwise, at most 5 minutes, and loop.\n\n' +
    '## Presets\n\nEvery other field goes before what a preset says. Loudness is set where the timeline asks for none of its own.\n\n' +
    `| preset | for | file | canvas | at most | loudness | rate |\n|---|---|---|---|---|---|---|\n${rows.join('\n')}\n`
  );
}

function codecWord(codec: string): string {
  return { h264: 'H.264', h265: 'H.265', prores: 'ProRes 422', vp9: 'VP9', av1: 'AV1' }[codec] ?? codec;
}

function presetRow(name: string, preset: ExportPreset): string {
  const { describe, format, codec, quality, canvas, size, mostFramesPerSecond, loudness, maxBitrateKbps, soundKbps } = preset;
  const sizeText = (box: typeof size) => (box === undefined ? '' : `${box.width}×${box.height}`);
  const most = [
    size?.width === 7680 ? '' : sizeText(size),
    mostFramesPerSecond === undefined ? '' : `${mostFramesPerSecond} frames/s`,
  ];
  const file = `${format}${codec === undefined ? '' : ` ${codecWord(codec)}`}, ${quality}`;
  const level = loudness === undefined ? '' : `${loudness.targetLufs} LUFS, ${loudness.ceilingDbtp} dBTP`;
  const rates = [
    maxBitrateKbps === undefined ? '' : `${maxBitrateKbps} kbit/s`,
    soundKbps === undefined ? '' : `sound ${soundKbps} kbit/s`,
  ];
  const join = (parts: readonly string[]) => parts.filter((part) => part !== '').join(', ');
  return `| \`${name}\` | ${describe} | ${file} | ${sizeText(canvas)} | ${join(most)} | ${level} | ${join(rates)} |`;
}

function textStylesPage(): string {
  const entries = textPresets.map((preset) => {
    const { use, accent } = textStyles[preset];
    return `## \`${preset}\`\n\n${use}${accent === undefined ? '' : ` Accent unless told: \`${accent}\`.`}\n\n![${preset}](text-styles/${preset}.png)\n`;
  });
  return `# Styles of text

Every picture here is drawn by the engine itself. A style has a colour, an accent, a size as a part of the canvas's height (on upright canvases of
1.25 times its width, where that is less), a position (\`top\`, \`center\`, \`bottom\`, \`lower-third\`), and comes and goes by one of
${textAnimations.map((name) => `\`${name}\``).join(', ')}.

- All text stays inside the middle 90 % of the canvas: lines are broken evenly, after punctuation where that is as good, and made smaller until they fit.
  On upright canvases nothing at the bottom reaches into the lowest fifth, which players cover with their own controls.
- Captions have at most 42 characters in a line (20 Chinese ones) and two lines; longer ones with the times of their words are shown two lines after
  two lines, without them smaller, and on more lines only where they would be too small to read.
- Latin, Greek, Cyrillic, Chinese, kana, Korean, Arabic, Hebrew and emoji (in the colour of the text) look alike on every machine, from fonts in npm packages.
  Right-to-left text runs from right to left, and lower thirds then stand at the right. Other scripts are drawn with the machine's own fonts.
- What is typed is shown literally. \`title-bold\` shows capitals, as does the heading of \`chapter\`.

${entries.join('\n')}`;
}
