/** In which order the wishes of one sentence are carried out. */
import type { ToolCallRequest } from './request.ts';

const ranks: Readonly<Record<string, number>> = {
  undo: 0,
  redo: 0,
  undo_edit: 0,
  put_back: 0,
  restore_version: 0,
  sync_cameras: 0.5,
  remove_music: 1,
  mute: 1,
  add_title: 1,
  add_captions: 1,
  split_at: 1.2,
  move_clip: 1.4,
  remove_clip: 1.4,
  replace_clip: 1.4,
  remove_ranges: 2,
  keep_ranges: 2,
  set_speed: 3,
  insert_clip: 4,
  reverse: 4.5,
  fit_voiceover: 5.1,
  add_transition: 5.2,
  write_script: 5.4,
  speak_script: 5.5,
  add_music: 5.6,
  cut_to_beats: 5.75,
  set_ducking: 5.8,
  style_text: 5.8,
  fade: 6,
  describe_changes: 7,
  compare_versions: 7,
  show_timeline: 7,
  analyze: 7,
  export: 8,
};

/**
 * Times in a sentence mean the video as it is now, so what names a time comes before what changes the length; fades belong
 * to the edges that are left, and the file comes last. Within a rank the order of the words stays.
 */
export function inOrder(calls: readonly ToolCallRequest[]): ToolCallRequest[] {
  const cuts = calls.filter(({ tool }) => tool === 'remove_ranges' || tool === 'keep_ranges');
  const firstCut = Math.min(...cuts.map(startOf));
  return calls.toSorted((a, b) => rankOf(a, firstCut) - rankOf(b, firstCut));
}

function rankOf({ tool, input }: ToolCallRequest, firstCut: number): number {
  // What opens time at a moment goes before a cut that lies earlier: the moment is still where the user saw it.
  if ((tool === 'freeze_frame' || tool === 'insert_clip') && typeof input.at === 'string' && /^\d/.test(input.at))
    return secondsOf(input.at) >= firstCut ? 1.8 : 2.2;
  if (tool === 'set_volume' && input.target === 'music') return 5.7;
  const rank = ranks[tool] ?? 5;
  const isTimed =
    input.start !== undefined ||
    input.end !== undefined ||
    input.clip !== undefined ||
    (input.file !== undefined && tool !== 'export');
  return isTimed && rank > 1.4 && tool !== 'set_speed' && tool !== 'fade' ? 1.3 : rank;
}

function startOf({ input }: ToolCallRequest): number {
  const [first] = input.ranges as readonly { readonly start: string }[];
  return secondsOf(first?.start ?? '');
}

function secondsOf(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isNaN(value) ? 0 : value < 0 ? Number.POSITIVE_INFINITY : value;
}
