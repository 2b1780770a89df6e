/**
 * The part of Apple's FCPXML 1.10 DTD that the exporter uses, as a table: content models as patterns over the names of
 * children, attributes with `!` where they are required and their permitted values where they are a list.
 * Source: Apple, Final Cut Pro XML, Document Type Definition 1.10.
 */
import type { Parsed } from './test-xml.ts';

const anchors = '(?:audio|video|clip|title|caption|mc-clip|ref-clip|sync-clip|asset-clip|audition|spine) ';
const clipItems = '(?:audio|video|clip|title|mc-clip|ref-clip|sync-clip|asset-clip|audition|gap) ';
const pictures =
  '(?:object-tracker )?(?:adjust-crop )?(?:adjust-corners )?(?:adjust-conform )?(?:adjust-transform )?(?:adjust-blend )?(?:adjust-stabilization )?';
const timing = '(?:conform-rate )?(?:timeMap )?';
const placed = ['lane', 'offset', 'name', 'start', 'enabled=0|1'];

type Rule = { readonly content: string; readonly attributes: readonly string[]; readonly text?: true };

const rules: Readonly<Record<string, Rule>> = {
  fcpxml: { content: '(?:import-options )?(?:resources )?(?:library |(?:event )*)', attributes: ['version!=1.10'] },
  library: { content: '(?:event |smart-collection )*', attributes: ['location', 'colorProcessing=standard|wide|wide-hdr'] },
  event: { content: '(?:clip |audition |mc-clip |ref-clip |sync-clip |asset-clip |project )*', attributes: ['name', 'uid'] },
  project: { content: 'sequence ', attributes: ['name', 'uid', 'id', 'modDate'] },
  resources: { content: '(?:asset |effect |format |media |locator )*', attributes: [] },
  format: { content: '', attributes: ['id!', 'name', 'frameDuration', 'fieldOrder', 'width', 'height', 'paspH', 'paspV', 'colorSpace'] },
  asset: {
    content: '(?:media-rep )+(?:metadata )?',
    attributes: ['id!', 'name', 'uid', 'start', 'duration', 'hasVideo', 'format', 'hasAudio', 'videoSources', 'audioSources', 'audioChannels', 'audioRate'],
  },
  'media-rep': { content: '(?:bookmark )?', attributes: ['kind=original-media|proxy-media', 'sig', 'src!', 'suggestedFilename'] },
  effect: { content: '', attributes: ['id!', 'name', 'uid!', 'src'] },
  sequence: {
    content: '(?:note )?spine (?:metadata )?',
    attributes: ['format!', 'duration', 'tcStart', 'tcFormat=DF|NDF', 'audioLayout=mono|stereo|surround', 'audioRate=32k|44.1k|48k|88.2k|96k|176.4k|192k', 'renderFormat', 'keywords'],
  },
  spine: { content: `(?:${clipItems}|transition )*`, attributes: ['lane', 'offset', 'name', 'format'] },
  'asset-clip': {
    content: `(?:note )?${timing}${pictures}(?:adjust-volume )?(?:adjust-panner )?(?:${anchors})*(?:marker )*(?:audio-channel-source )*(?:filter-video )*(?:filter-audio )*(?:metadata )?`,
    attributes: ['ref!', ...placed, 'duration', 'srcEnable=all|audio|video', 'audioStart', 'audioDuration', 'format', 'tcStart', 'tcFormat=DF|NDF', 'audioRole', 'videoRole'],
  },
  video: {
    content: `(?:param )*(?:note )?${timing}${pictures}(?:${anchors})*(?:marker )*(?:filter-video )*(?:reserved )?`,
    attributes: ['ref!', ...placed, 'duration!', 'srcID', 'role'],
  },
  gap: { content: `(?:note )?(?:${anchors})*(?:marker )*(?:metadata )?`, attributes: ['name', 'offset', 'start', 'duration!', 'enabled=0|1'] },
  title: {
    content: `(?:param )*(?:text )*(?:text-style-def )*(?:note )?${pictures}(?:${anchors})*(?:marker )*(?:filter-video )*(?:metadata )?`,
    attributes: ['ref!', ...placed, 'duration!', 'role'],
  },
  text: { content: '(?:text-style )*', attributes: ['display-style', 'roll-up-height', 'position', 'placement', 'alignment'], text: true },
  'text-style-def': { content: 'text-style ', attributes: ['id!', 'name'] },
  'text-style': { content: '(?:param )*', attributes: ['ref', 'font', 'fontSize', 'fontFace', 'fontColor', 'bold=0|1', 'italic=0|1', 'alignment=left|center|right|justified'], text: true },
  transition: { content: '(?:filter-video )?(?:filter-audio )?(?:marker )*(?:metadata )?(?:reserved )?', attributes: ['name', 'offset', 'duration!'] },
  'filter-video': { content: '(?:data )*(?:param )*', attributes: ['ref!', 'name', 'enabled=0|1'] },
  'adjust-crop': { content: '(?:crop-rect )?(?:trim-rect )?(?:pan-rect pan-rect )?', attributes: ['mode!=trim|crop|pan', 'enabled=0|1'] },
  'trim-rect': { content: '(?:param )*', attributes: ['left', 'top', 'right', 'bottom'] },
  'adjust-conform': { content: '', attributes: ['type=fit|fill|none'] },
  'adjust-transform': { content: '(?:param )*', attributes: ['enabled=0|1', 'position', 'scale', 'rotation', 'anchor', 'tracking'] },
  'adjust-blend': { content: '(?:param )*(?:reserved )?', attributes: ['amount', 'mode'] },
  'adjust-volume': { content: '(?:param )*', attributes: ['amount'] },
  'conform-rate': {
    content: '',
    attributes: ['scaleEnabled=0|1', 'srcFrameRate=23.98|24|25|29.97|30|60|47.95|48|50|59.94', 'frameSampling=floor|nearest-neighbor|frame-blending|optical-flow-classic|optical-flow'],
  },
  timeMap: { content: '(?:timept )*', attributes: ['frameSampling', 'preservesPitch=0|1'] },
  timept: { content: '', attributes: ['time!', 'value!', 'interp=smooth2|linear|smooth', 'inTime', 'outTime'] },
}; // prettier-ignore

/** Every way in which an element and what is in it break the grammar. */
export function grammarFaults(element: Parsed): string[] {
  const rule = rules[element.name];
  if (rule === undefined) return [`there is no element ${element.name}`];
  const children = element.children.map(({ name }) => `${name} `).join('');
  const allowed = new Map(rule.attributes.map((one) => [/^[\w-]+/.exec(one)![0], one]));
  const faults = Object.entries(element.attributes).flatMap(([key, value]) => {
    const wanted = allowed.get(key);
    if (wanted === undefined) return [`${element.name} has no attribute ${key}`];
    const values = /=(.*)$/.exec(wanted)?.[1]?.split('|');
    return values === undefined || values.includes(value) ? [] : [`${element.name}.${key} is "${value}"`];
  });
  return [
    ...(new RegExp(`^(?:${rule.content})$`).test(children) ? [] : [`${element.name} holds ${children || 'nothing'}`]),
    ...(rule.text === true || element.text.trim() === '' ? [] : [`${element.name} holds text`]),
    ...[...allowed].flatMap(([key, one]) =>
      one.includes('!') && element.attributes[key] === undefined ? [`${element.name} lacks ${key}`] : [],
    ),
    ...faults,
    ...element.children.flatMap(grammarFaults),
  ];
}
