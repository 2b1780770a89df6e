/** Where a sentence goes before anything is sent: some wishes are the client's own business. */

export type Route = 'export' | 'credits' | 'state' | 'upload' | 'message';

const routes: readonly (readonly [Route, RegExp])[] = [
  [
    'credits',
    /^(?:(?:how many|check|show|what(?:'s| is| are)|my|the|remaining|left)\s+)*(?:my\s+|the\s+)?(?:credits?|balance)(?:\s+(?:do i have|left|are left|remaining|balance))*$|^(?:我?(?:还)?(?:有|剩)(?:余)?(?:多少)?)?(?:的)?(?:积分|余额)(?:还剩)?(?:多少|查询)?$|^查(?:询|看)?(?:一下)?(?:我的)?(?:积分|余额)$/i,
  ],
  [
    'state',
    /^(?:show(?: me)?\s+(?:the\s+)?(?:tracks?|state|status|timeline)|status|state|状态|查看状态|当前状态|显示轨道|查看轨道)$/i,
  ],
  ['upload', /^(?:upload|上传)(?:\s+\S.*)?$/i],
  [
    'export',
    /^(?:please\s+)?(?:export|download|导出|下载|send me the video|把视频发给我)(?:\s+(?:it|this|the|my|a|an|as|to|in|video|file|result|final|mp4|mov|mp3|wav|m4a|webm|now|please|for me|high|medium|low|quality|\d{3,4}p))*(?:视频|成片|文件|一下|吧)?$|^(?:请|帮我)?(?:导出|下载)(?:为|成|一个|一份)?\s*(?:\d{3,4}p\s*)?的?\s*(?:mp4|mov|mp3|wav|m4a|webm|gif|flac)?\s*(?:视频|成片|文件|格式|一下|吧)*$/i,
  ],
];

/**
 * Routes whole requests only: "export 1080p MP4" is an export, "trim the pauses and export" is a message, because sending
 * less than was said would lose a wish.
 */
export function routeRequest(sentence: string): Route {
  const words = sentence
    .normalize('NFKC')
    .trim()
    .replace(/[\s.!。！?？]+$/g, '')
    .replace(/\s+/g, ' ');
  return routes.find(([, pattern]) => pattern.test(words))?.[0] ?? 'message';
}
