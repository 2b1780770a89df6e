/** What "less", "slower", "another", "remove it" … mean after each kind of call. */
import { call } from './intent.ts';
import type { ToolCallRequest } from './request.ts';

export type Said = {
  /** 0.5 for a bit, 2 for much, else 1. */
  readonly size: number;
  readonly corner: string | undefined;
};
type Calls = readonly ToolCallRequest[] | undefined;

const repeatable: ReadonlySet<string> = new Set(['adjust_color', 'turn', 'set_volume', 'undo', 'redo']);

export const followers = {
  less: (last: ToolCallRequest, { size }: Said): Calls => strength(last, -0.5 * sizeFor(size)),
  more: (last: ToolCallRequest, { size }: Said): Calls => strength(last, 0.5 * sizeFor(size)),
  slower: (last: ToolCallRequest, { size }: Said): Calls => pace(last, size, 'slower'),
  faster: (last: ToolCallRequest, { size }: Said): Calls => pace(last, size, 'faster'),
  louder: (last: ToolCallRequest, { size }: Said): Calls => level(last, size),
  quieter: (last: ToolCallRequest, { size }: Said): Calls => level(last, -size),
  bigger: (last: ToolCallRequest): Calls => scale(last, 1.25),
  smaller: (last: ToolCallRequest): Calls => scale(last, 0.8),
  another,
  again: (last: ToolCallRequest): Calls => (repeatable.has(last.tool) ? [last] : undefined),
  takeAway,
  corner: ({ tool, input }: ToolCallRequest, { corner }: Said): Calls =>
    corner !== undefined && (tool === 'picture_in_picture' || tool === 'watermark') && input.remove !== true
      ? call(tool, { ...input, corner })
      : undefined,
};

function sizeFor(size: number): number {
  return size === 0.5 ? 0.6 : size === 2 ? 1.6 : 1;
}

/** Half as much again of what was done, or half of it back. */
function strength({ tool, input }: ToolCallRequest, share: number): Calls {
  const target = pick(input, ['start', 'end', 'clip', 'file', 'target']);
  switch (tool) {
    case 'adjust_color': {
      const change = scaled(input, ['exposure', 'contrast', 'saturation', 'temperature'], share);
      return Object.keys(change).length === 0 ? undefined : call(tool, { ...change, ...target });
    }
    case 'set_volume': {
      const change = scaled(input, ['change_db'], share);
      return Object.keys(change).length === 0 ? undefined : call(tool, { ...change, ...target });
    }
    case 'blur':
      return call(tool, { ...input, strength: share > 0 ? 'strong' : 'light' });
    case 'zoom': {
      const usual = input.kind === 'punch-in' ? 1.25 : 1.15;
      const over = (typeof input.factor === 'number' ? input.factor : usual) - 1;
      return call(tool, { ...input, factor: rounded(1 + Math.max(0.02, over * (1 + share))) });
    }
    case 'set_speed':
      return call(tool, { factor: Number(input.factor) > 1 === share > 0 ? 1.25 : 0.8, relative: true, ...target });
    case 'trim_pauses': {
      const keep = typeof input.keep_ms === 'number' ? input.keep_ms : 250;
      const file = pick(input, ['file']);
      if (share > 0) return call(tool, { mode: 'trim', minimum_ms: 200, keep_ms: Math.max(60, Math.round(keep / 2)), ...file });
      return [...call('undo'), ...call(tool, { mode: 'trim', keep_ms: Math.min(5000, keep * 2), ...file })];
    }
    case 'stabilize_video':
      return call(tool, { strength: share > 0 ? 1 : 0.5, ...target });
    case 'remove_noise':
      return call(tool, { strength: share > 0 ? 1 : 0.5, ...pick(input, ['clip', 'file']) });
    case 'set_ducking':
      return call(tool, { ducking: share > 0 ? 'aggressive' : 'gentle' });
    default:
      return undefined;
  }
}

function pace({ tool, input }: ToolCallRequest, size: number, direction: 'slower' | 'faster'): Calls {
  const step = size === 0.5 ? 1.1 : size === 2 ? 1.5 : 1.25;
  const longer = direction === 'slower' ? 1.6 : 0.6;
  if (tool === 'set_speed')
    return call(tool, {
      factor: rounded(direction === 'faster' ? step : 1 / step),
      relative: true,
      ...pick(input, ['start', 'end']),
    });
  if (tool === 'add_transition')
    return call(tool, {
      ...input,
      duration_ms: Math.round((typeof input.duration_ms === 'number' ? input.duration_ms : 500) * longer),
    });
  return tool === 'fade' ? call(tool, { ...input, ...scaled(input, ['in_seconds', 'out_seconds'], longer) }) : undefined;
}

/** After music, louder and quieter are about the music. */
function level({ tool, input }: ToolCallRequest, size: number): Calls {
  const isMusic = tool === 'add_music' || tool === 'set_ducking' || input.target === 'music';
  if (!isMusic) return undefined;
  const change = Math.abs(size) === 0.5 ? 3 : Math.abs(size) === 2 ? 9 : 5;
  return call('set_volume', { change_db: size > 0 ? change : -change, target: 'music' });
}

function scale({ tool, input }: ToolCallRequest, factor: number): Calls {
  if (isText(tool))
    return call('style_text', {
      which: whichText(tool, input),
      ...(tool === 'add_title' ? pick(input, ['text']) : {}),
      scale: factor,
    });
  if (tool === 'picture_in_picture' || tool === 'watermark') {
    const usual = tool === 'watermark' ? 0.15 : 0.3;
    const size = typeof input.size === 'number' ? input.size : usual;
    return call(tool, { ...input, size: rounded(Math.min(1, size * factor)) });
  }
  return tool === 'zoom' ? strength({ tool, input }, factor > 1 ? 0.5 : -0.5) : undefined;
}

function another({ tool, input }: ToolCallRequest): Calls {
  if (tool === 'add_music') return call(tool, { ...pick(input, ['mood', 'percent', 'ducking']), another: true });
  return isText(tool) ? call('style_text', { which: whichText(tool, input), next: true }) : undefined;
}

/** What takes away what was just added; a cut is taken back by undo and by nothing else. */
function takeAway({ tool, input }: ToolCallRequest): Calls {
  const target = pick(input, ['start', 'end', 'clip']);
  switch (tool) {
    case 'add_music':
    case 'set_ducking':
      return call('remove_music');
    case 'add_title':
      return call('remove_title', pick(input, ['text']));
    case 'add_captions':
      return call('remove_captions');
    case 'add_transition':
      return call('remove_transitions');
    case 'adjust_color':
      return call(tool, input.look === undefined ? { reset: true, ...target } : { look: 'none', ...target });
    case 'blur':
    case 'zoom':
    case 'reverse':
    case 'chroma_key':
      return call(tool, { remove: true, ...target });
    case 'picture_in_picture':
    case 'watermark':
      return call(tool, { remove: true });
    case 'crop':
    case 'turn':
      return call(tool, { reset: true, ...target });
    case 'fade':
      return call(tool, { ...scaled(input, ['in_seconds', 'out_seconds'], 0), ...pick(input, ['kind']) });
    default:
      return undefined;
  }
}

function isText(tool: string): boolean {
  return tool === 'add_title' || tool === 'style_text' || tool === 'add_captions';
}

function whichText(tool: string, input: ToolCallRequest['input']): 'captions' | 'titles' {
  return tool === 'add_captions' || input.which === 'captions' ? 'captions' : 'titles';
}

function pick(input: ToolCallRequest['input'], keys: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (input[key] === undefined ? [] : [[key, input[key]]])));
}

function scaled(input: ToolCallRequest['input'], keys: readonly string[], factor: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(keys.flatMap((key) => (typeof input[key] === 'number' ? [[key, rounded(input[key] * factor)]] : [])));
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
