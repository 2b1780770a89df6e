/**
 * Replies of servers that assume a screen, for people who have none: what can be done here is named, what cannot is left
 * out, and what is said about the content stays.
 */

export type GuiAction = 'export' | 'state' | 'send';
export type Translated = {
  readonly text: string;
  /** What the reply wanted the user to do on a screen, in order. */ readonly actions: readonly GuiAction[];
  /** The sentences of `send` actions, without quotes round names: what the server can be asked to do itself. */
  readonly orders: readonly string[];
};

const button = /(?:click|tap|press|hit|select)\b|点击|点按|单击|按下/i;
const exporting = /\bexport\b|\bdownload\b|导出|下载/i;
const opening = /\bopen\b|\bgo to\b|\bnavigate to\b|\bswitch to\b|打开|进入|切换到/i;
const panel =
  /\bpanel\b|\btab\b|\bsidebar\b|\beditor\b|\btimeline\b|\bmenu\b|\bwindow\b|面板|标签|侧边栏|编辑器|时间线|时间轴|菜单|窗口/i;
const dragging = /\bdrag(?:ging)?\b|\bdrop (?:it|the|your)\b|拖拽|拖动|拖放|拖到/i;
const previewing = /\bpreview (?:it |this |the (?:video|result) )?in (?:the )?timeline\b|在时间[线轴](?:中|上|里)?预览/i;

/** Takes the wording of a screen out of a reply, sentence by sentence. */
export function translateGuiReply(reply: string): Translated {
  const actions: GuiAction[] = [];
  const orders: string[] = [];
  const kept: string[] = [];
  for (const sentence of reply.split(/(?<=[.!?。！？\n])/)) {
    const action = actionOf(sentence);
    if (action === undefined) kept.push(sentence);
    else {
      if (!actions.includes(action)) actions.push(action);
      if (action === 'send') orders.push(sentence.trim());
    }
  }
  return {
    text: kept
      .join('')
      .replace(/[ \t]+\n/g, '\n')
      .trim(),
    actions,
    orders,
  };
}

function actionOf(sentence: string): GuiAction | undefined {
  // A title that reads "Click here" is content; only verbs outside quotes ask for a hand.
  const unquoted = sentence.replace(/"[^"]*"|“[^”]*”|「[^」]*」/g, '""');
  if ((button.test(unquoted) && exporting.test(sentence)) || /\bexport button\b|导出按钮/i.test(sentence)) return 'export';
  if (previewing.test(sentence) || (opening.test(unquoted) && panel.test(sentence))) return 'state';
  if (dragging.test(unquoted)) return 'send';
  return button.test(unquoted) && /\bbutton\b|\bicon\b|\bmenu\b|按钮|图标|菜单|“[^”]+”|"[^"]+"|\[[^\]]+\]/i.test(sentence)
    ? 'send'
    : undefined;
}
