/** Slips of the finger in the words that decide what is meant. Only these words: a name or a title is never "corrected". */
const slips: Readonly<Record<string, string>> = {
  teh: 'the', hte: 'the', nosie: 'noise', niose: 'noise', noize: 'noise', nois: 'noise', backgroud: 'background',
  backround: 'background', bakground: 'background', backgroung: 'background', puase: 'pause', puases: 'pauses', pasue: 'pause', pasues: 'pauses',
  pauzes: 'pauses', silense: 'silence', slience: 'silence', silances: 'silences', delet: 'delete', delte: 'delete', deleet: 'delete',
  remvoe: 'remove', reomve: 'remove', romove: 'remove', remov: 'remove', secnds: 'seconds', secods: 'seconds', seconsd: 'seconds',
  secound: 'second', secounds: 'seconds', mintues: 'minutes', minuts: 'minutes', volum: 'volume', voulme: 'volume', titel: 'title',
  tilte: 'title', audoi: 'audio', aduio: 'audio', vidoe: 'video', udno: 'undo', exprot: 'export', muet: 'mute', trimm: 'trim',
  loduness: 'loudness', normalzie: 'normalize', denosie: 'denoise', spilt: 'split', frist: 'first', fisrt: 'first', lsat: 'last',
}; // prettier-ignore

export function correctTypos(text: string): string {
  return text.replace(/[a-z]+/gi, (word) => {
    const key = word.toLowerCase();
    return Object.hasOwn(slips, key) ? slips[key]! : word;
  });
}
