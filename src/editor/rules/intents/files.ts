/** Wishes about one of several uploaded files, and for a file of each. */
import { fileIn } from '../amounts.ts';
import { call, type Intent } from '../intent.ts';
import { exportVideo } from './export.ts';

const each =
  /\b(?:both|each|every one|all of them|separately|individually|one by one|on (?:its|their) own)\b|分别|单独|逐个|各自|两个都|每个/;

export const files: Intent = {
  name: 'files',
  read: (clause) => {
    const { words, stretches, times, negated } = clause;
    const file = fileIn(words);
    const target = file === undefined ? {} : { file };
    if (stretches.length > 0 || times.length > 0) return undefined;
    const isBare =
      /^(?:clean|trim|tighten)(?: up)? (?:it|this|them|both|each(?: one)?|the (?:video|file|recording)s?)(?: up)?$/.test(words);
    if (/^(?:clean|clean up)\b/.test(words) && (isBare || isOnly(words))) return call('remove_noise', target);
    if (/^(?:trim|tighten)\b/.test(words) && (isBare || isOnly(words))) return call('trim_pauses', { mode: 'trim', ...target });
    if (negated || !/\b(?:export|render|download|save)\b|导出|下载|渲染/.test(words)) return undefined;
    const [asked] = exportVideo.read(clause) ?? [];
    if (asked === undefined) return undefined;
    if (each.test(words)) return call('export', { ...asked.input, each: true });
    return file === undefined ? undefined : call('export', { ...asked.input, ...target });
  },
};

/** A verb and which file, nothing else: "clean the first", "trim the second video". */
function isOnly(words: string): boolean {
  return /^\w+(?: up)? (?:the )?(?:first|second|third|fourth|fifth|last|1st|2nd|3rd)(?: (?:one|video|file|recording|upload))?(?: up| separately| by itself)?$/.test(
    words,
  );
}
