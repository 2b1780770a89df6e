/** Changes in plain English and Chinese, one line each. */
import type { AssetId } from '#core/asset';
import { formatClock, formatSeconds, isUnity, ratioToNumber, type Ratio } from '#core/time';
import type { Canvas, Change } from './diff.ts';
import { effectNames, effectText, type Say } from './describe-effect.ts';

export type Language = 'en' | 'zh';
type ChangeOf<Kind extends Change['kind']> = Extract<Change, { kind: Kind }>;

/**
 * One sentence per change, without a full stop; a change of length joins the change of material that caused it:
 * `Removed 41 stretches of talk (1:11.2): 3:12 → 2:01`. `names` are what people call the assets.
 */
export function describeChanges(changes: readonly Change[], language: Language, names: ReadonlyMap<AssetId, string>): string[] {
  const say: Say = (english, chinese) => (language === 'zh' ? chinese : english);
  const length = changes.find((change) => change.kind === 'length');
  const causes = changes.filter(({ kind }) => kind === 'material-removed' || kind === 'material-added' || kind === 'speed');
  const cause = causes.length === 1 ? causes[0] : undefined;
  return changes
    .filter((change) => cause === undefined || change.kind !== 'length')
    .map((change) => {
      const sentence = describe(change, say, names);
      return change === cause && length !== undefined ? `${sentence}${say(': ', '：')}${span(length)}` : sentence;
    });
}

function span({ before, after }: ChangeOf<'length'>): string {
  return `${formatClock(before)} → ${formatClock(after)}`;
}

function describe(change: Change, say: Say, names: ReadonlyMap<AssetId, string>): string {
  switch (change.kind) {
    case 'length':
      return `${say('Length: ', '时长：')}${span(change)}`;
    case 'material-removed':
    case 'material-added':
      return describeMaterial(change, say, names);
    case 'moved':
      return say(`Moved ${count(change.count, 'clip')}`, `移动了 ${change.count} 个片段`);
    case 'split':
      return say(`Made ${count(change.count, 'cut')} without removing anything`, `切了 ${change.count} 刀，没有删除内容`);
    case 'speed': {
      const [before, after] = [factor(change.before), factor(change.after)];
      return say(
        `Speed of ${count(change.count, 'clip')}: ${before} → ${after}`,
        `${change.count} 个片段的速度：${before} → ${after}`,
      );
    }
    case 'effect':
      return describeEffect(change, say);
    case 'clip-level':
      return say(
        `Level of ${count(change.count, 'clip')}: ${level(change.before)} → ${level(change.after)}`,
        `${change.count} 个片段的音量：${level(change.before)} → ${level(change.after)}`,
      );
    case 'text-added': {
      const { text, range } = change;
      const [at, duration] = [formatClock(range.start), formatSeconds(range.duration)];
      return say(`Added the text "${text}" at ${at} for ${duration}`, `在 ${at} 添加了文字“${text}”，时长 ${duration}`);
    }
    case 'text-removed':
      return say(`Removed the text "${change.text}"`, `删除了文字“${change.text}”`);
    case 'text-changed':
      return change.before === change.after
        ? say(`Changed the look of the text "${change.after}"`, `修改了文字“${change.after}”的样式`)
        : say(`Text: "${change.before}" → "${change.after}"`, `文字：“${change.before}” → “${change.after}”`);
    case 'transitions':
      return say(`Transitions: ${change.before} → ${change.after}`, `转场：${change.before} → ${change.after} 个`);
    default:
      return describeSetting(change, say);
  }
}

type SettingChange = ChangeOf<
  'track-added' | 'track-removed' | 'track-level' | 'track-name' | 'track-flag' | 'loudness' | 'canvas'
>;

function describeSetting(change: SettingChange, say: Say): string {
  switch (change.kind) {
    case 'track-added':
      return say(`Added the track ${change.name}`, `添加了轨道“${change.name}”`);
    case 'track-removed':
      return say(`Removed the track ${change.name}`, `删除了轨道“${change.name}”`);
    case 'track-level':
      return say(
        `Level of ${change.name}: ${level(change.before)} → ${level(change.after)}`,
        `“${change.name}”的音量：${level(change.before)} → ${level(change.after)}`,
      );
    case 'track-name':
      return say(`Track ${change.before} is called ${change.after}`, `轨道“${change.before}”改名为“${change.after}”`);
    case 'track-flag':
      return describeFlag(change, say);
    case 'loudness': {
      const lufs = (value: number | undefined) => (value === undefined ? say('as recorded', '原始') : `${value} LUFS`);
      return say(
        `Loudness target: ${lufs(change.before)} → ${lufs(change.after)}`,
        `目标响度：${lufs(change.before)} → ${lufs(change.after)}`,
      );
    }
    case 'canvas':
      return say(
        `Canvas: ${canvas(change.before)} → ${canvas(change.after)}`,
        `画布：${canvas(change.before)} → ${canvas(change.after)}`,
      );
  }
}

function describeMaterial(
  { kind, assetId, of, count: stretches, duration }: ChangeOf<'material-removed' | 'material-added'>,
  say: Say,
  names: ReadonlyMap<AssetId, string>,
): string {
  const name = names.get(assetId) ?? assetId;
  const [english, chinese] =
    of === 'both' ? ['', ' 中的'] : of === 'picture' ? ['the picture of ', ' 画面中的'] : ['the sound of ', ' 声音中的'];
  const time = formatClock(duration);
  const stretch = count(stretches, 'stretch', 'stretches');
  const isRemoved = kind === 'material-removed';
  return say(
    `${isRemoved ? 'Removed' : 'Added'} ${stretch} of ${english}${name} (${time})`,
    `${isRemoved ? '删除' : '添加'}了 ${name}${chinese} ${stretches} 段，共 ${time}`,
  );
}

function describeEffect({ before, after, count: clips }: ChangeOf<'effect'>, say: Say): string {
  const name = (after ?? before)!.name;
  const [english, chinese] = effectNames[name];
  const [from, to] = [effectText(before, say), effectText(after, say)];
  return say(`${english} on ${count(clips, 'clip')}: ${from} → ${to}`, `${clips} 个片段的${chinese}：${from} → ${to}`);
}

function describeFlag({ name, flag, value }: ChangeOf<'track-flag'>, say: Say): string {
  const [english, chinese] = {
    muted: [value ? 'is muted' : 'is heard again', value ? '已静音' : '已取消静音'],
    hidden: [value ? 'is hidden' : 'is seen again', value ? '已隐藏' : '已显示'],
    locked: [value ? 'is locked' : 'is unlocked', value ? '已锁定' : '已解锁'],
    fixed: [value ? 'stays where it is when time is cut' : 'follows cuts again', value ? '不再跟随剪切' : '跟随剪切'],
  }[flag] as [string, string];
  return say(`Track ${name} ${english}`, `轨道“${name}”${chinese}`);
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

function factor(speed: Ratio): string {
  return isUnity(speed) ? '1×' : `${Number(ratioToNumber(speed).toFixed(3))}×`;
}

/** −144 dB is how silence is written. */
function level(db: number): string {
  if (db <= -100) return '−∞ dB';
  return `${db > 0 ? '+' : ''}${Number(db.toFixed(1))} dB`.replace('-', '−');
}

function canvas({ size, frameRate }: Canvas): string {
  return `${size.width}×${size.height}, ${Number(ratioToNumber(frameRate).toFixed(3))}/s`;
}
