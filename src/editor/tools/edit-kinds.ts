/** What people call the changes of each kind: "the cut", "the music", 字幕. */
import type { HistoryEntry } from './tool.ts';

export const editKinds = [
  'cut', 'pauses', 'music', 'captions', 'titles', 'noise', 'color', 'transitions', 'speed', 'volume', 'fade', 'zoom', 'crop',
  'shape', 'background', 'stabilizing', 'logo', 'overlay', 'sync', 'freeze', 'reverse', 'blur', 'rotation', 'clips', 'splits',
] as const; // prettier-ignore
export type EditKind = (typeof editKinds)[number];

const toolsOf: Readonly<Record<EditKind, readonly string[]>> = {
  cut: ['remove_ranges', 'keep_ranges', 'remove_clip', 'trim_pauses'],
  pauses: ['trim_pauses'],
  music: ['add_music', 'set_ducking', 'cut_to_beats'],
  captions: ['add_captions'],
  titles: ['add_title'],
  noise: ['remove_noise', 'repair_sound'],
  color: ['adjust_color'],
  transitions: ['add_transition'],
  speed: ['set_speed'],
  volume: ['set_volume', 'mute', 'set_loudness'],
  fade: ['fade'],
  zoom: ['zoom'],
  crop: ['crop'],
  shape: ['set_aspect'],
  background: ['set_background', 'chroma_key'],
  stabilizing: ['stabilize_video', 'smooth_jump_cuts'],
  logo: ['watermark'],
  overlay: ['picture_in_picture'],
  sync: ['sync_audio'],
  freeze: ['freeze_frame'],
  reverse: ['reverse'],
  blur: ['blur'],
  rotation: ['turn'],
  clips: ['insert_clip', 'move_clip', 'remove_clip', 'replace_clip'],
  splits: ['split_at'],
};

const chinese: Readonly<Record<EditKind, string>> = {
  cut: '剪切', pauses: '停顿修剪', music: '音乐', captions: '字幕', titles: '标题', noise: '降噪', color: '调色', transitions: '转场',
  speed: '变速', volume: '音量', fade: '淡入淡出', zoom: '缩放', crop: '裁剪', shape: '画幅', background: '背景', stabilizing: '防抖',
  logo: '水印', overlay: '画中画', sync: '同步', freeze: '定格', reverse: '倒放', blur: '模糊', rotation: '旋转', clips: '片段',
  splits: '分割',
}; // prettier-ignore

export function kindName(kind: EditKind, language: 'en' | 'zh'): string {
  return language === 'zh' ? chinese[kind] : kind;
}

/** Whether an entry of the history is a change of that kind. */
export function isOfKind({ tool, receipt }: HistoryEntry, kind: EditKind): boolean {
  const asked = receipt?.asked ?? {};
  if (kind === 'music' && tool === 'set_volume' && asked.target === 'music') return true;
  if (tool === 'style_text') return kind === (asked.which === 'titles' ? 'titles' : 'captions');
  return toolsOf[kind].includes(tool);
}

/**
 * The changes that are in the video now, oldest first: undone ones are not, nor those that were taken back one by one or left
 * behind by going back to a version.
 */
export function changesInEffect(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const byRevision = new Map(entries.map((entry) => [entry.revision, entry]));
  const takenBack = new Set<number>();
  const found: HistoryEntry[] = [];
  let at: number | undefined = entries.findLast(({ active }) => active)?.revision;
  while (at !== undefined) {
    const entry = byRevision.get(at);
    if (entry === undefined) break;
    const { restored, reverted } = entry.receipt?.facts ?? {};
    if (entry.tool === 'restore' && typeof restored === 'number' && restored < at) {
      at = restored;
      continue;
    }
    if (entry.tool === 'undo_edit' && typeof reverted === 'string')
      for (const revision of reverted.split(',')) takenBack.add(Number(revision));
    else if (entry.kind === 'edit' && entry.tool !== 'upload' && entry.tool !== 'restore' && !takenBack.has(at))
      found.push(entry);
    at = entry.parent;
  }
  return found.toReversed();
}
