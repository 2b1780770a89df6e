/**
 * How Chinese characters sound, in the phones of the built-in voice: near enough to find them in a recording, not to speak them.
 *
 * There is no dictionary here: the runtime's own order of characters by pinyin places each between characters whose syllable is known. One that
 * lies between two syllables may take the wrong one of the two; they begin with the same sound.
 */

/** A syllable and a common character of it, most of them of the first tone: the first in the order. */
const known =
  'a阿 ai哀 an安 ang昂 ao凹 ba八 bai白 ban班 bang帮 bao包 bei杯 ben奔 beng崩 bi逼 bian边 biao标 bie别 bin宾 bing冰 bo波 bu不 ca擦 cai猜 can参 cang仓 cao操 ce册 cen岑 ceng层 cha插 chai拆 chan搀 chang昌 chao抄 che车 chen尘 cheng称 chi吃 chong充 chou抽 chu出 chuan川 chuang窗 chui吹 chun春 ci词 cong匆 cou凑 cu粗 cuan窜 cui催 cun村 cuo错 da搭 dai呆 dan丹 dang当 dao刀 de得 deng登 di低 dian颠 diao刁 die爹 ding丁 diu丢 dong东 dou兜 du督 duan端 dui堆 dun吨 duo多 e俄 en恩 er儿 fa发 fan番 fang方 fei飞 fen分 feng风 fo佛 fou否 fu夫 ga嘎 gai该 gan干 gang刚 gao高 ge哥 gei给 gen根 geng耕 gong工 gou沟 gu姑 gua瓜 guai乖 guan关 guang光 gui归 gun滚 guo锅 ha哈 hai海 han含 hang航 hao好 he喝 hei黑 hen很 heng恒 hong红 hou后 hu呼 hua花 huai怀 huan欢 huang荒 hui灰 hun昏 huo活 ji机 jia家 jian尖 jiang江 jiao交 jie阶 jin今 jing京 jiong窘 jiu究 ju居 juan捐 jue决 jun军 ka咖 kai开 kan看 kang康 kao考 ke科 ken肯 keng坑 kong空 kou口 ku哭 kua夸 kuai快 kuan宽 kuang筐 kui亏 kun昆 kuo扩 la拉 lai来 lan兰 lang狼 lao劳 le乐 lei雷 leng冷 li离 lia俩 lian连 liang良 liao聊 lie列 lin林 ling玲 liu流 long龙 lou楼 lu炉 lv驴 luan乱 lun轮 luo罗 lve略 ma妈 mai买 man满 mang忙 mao猫 me么 mei没 men门 meng蒙 mi迷 mian棉 miao苗 mie灭 min民 ming名 miu谬 mo摸 mou谋 mu母 na拿 nai奶 nan男 nang囊 nao脑 ne呢 nei内 nen嫩 neng能 ni你 nian年 niang娘 niao鸟 nie捏 nin您 ning宁 niu牛 nong农 nu努 nv女 nuan暖 nuo挪 ou欧 pa趴 pai拍 pan盘 pang旁 pao跑 pei陪 pen喷 peng朋 pi批 pian偏 piao飘 pie撇 pin拼 ping平 po坡 pu扑 qi七 qia掐 qian千 qiang枪 qiao敲 qie切 qin亲 qing青 qiong穷 qiu秋 qu区 quan圈 que缺 qun群 ran然 rang让 rao绕 re热 ren人 reng扔 ri日 rong荣 rou肉 ru如 ruan软 rui瑞 run润 ruo弱 sa撒 sai赛 san三 sang桑 sao扫 se色 sen森 seng僧 sha沙 shai筛 shan山 shang商 shao烧 she社 shen深 sheng生 shi师 shou收 shu书 shua刷 shuai摔 shuan栓 shuang双 shui水 shun顺 shuo说 si思 song松 sou搜 su苏 suan酸 sui虽 sun孙 suo所 ta他 tai台 tan贪 tang汤 tao掏 te特 teng疼 ti梯 tian天 tiao挑 tie贴 ting听 tong通 tou偷 tu突 tuan团 tui推 tun吞 tuo拖 wa挖 wai歪 wan弯 wang汪 wei危 wen温 weng翁 wo窝 wu屋 xi西 xia虾 xian先 xiang香 xiao消 xie些 xin新 xing星 xiong兄 xiu修 xu需 xuan宣 xue学 xun寻 ya压 yan烟 yang央 yao腰 ye夜 yi一 yin音 ying英 yo哟 yong拥 you优 yu鱼 yuan元 yue月 yun云 za杂 zai栽 zan咱 zang脏 zao糟 ze则 zei贼 zen怎 zeng增 zha扎 zhai摘 zhan沾 zhang张 zhao招 zhe遮 zhen真 zheng争 zhi知 zhong中 zhou周 zhu猪 zhua抓 zhuai拽 zhuan专 zhuang装 zhui追 zhun准 zhuo捉 zi资 zong宗 zou走 zu租 zuan钻 zui嘴 zun尊 zuo做';

/** Often read otherwise than the order has them. */
const usual: Readonly<Record<string, string>> = { 的: 'de', 了: 'le', 着: 'zhe', 地: 'de', 得: 'de', 都: 'dou', 还: 'hai', 么: 'me', 们: 'men', 这: 'zhe', 那: 'na', 和: 'he', 没: 'mei', 什: 'shen', 吗: 'ma', 吧: 'ba', 会: 'hui', 行: 'xing', 长: 'chang', 嗯: 'en', 呃: 'e', 啊: 'a' }; // prettier-ignore

const initials: Readonly<Record<string, string>> = { b: 'b', p: 'p', m: 'm', f: 'f', d: 'd', t: 't', n: 'n', l: 'l', g: 'g', k: 'k', h: 'hh', j: 'jh', q: 'ch', x: 'sh', zh: 'jh', ch: 'ch', sh: 'sh', r: 'r', z: 'd z', c: 't s', s: 's', y: '', w: '' }; // prettier-ignore

const finals: Readonly<Record<string, string>> = { a: 'aa', o: 'ao', e: 'ah', i: 'iy', u: 'uw', v: 'y uw', ai: 'ay', ei: 'ey', ao: 'aw', ou: 'ow', an: 'aa n', en: 'ax n', ang: 'aa ng', eng: 'ax ng', ong: 'uh ng', er: 'er', ia: 'y aa', ie: 'y eh', iao: 'y aw', iu: 'y ow', ian: 'y eh n', in: 'iy n', iang: 'y aa ng', ing: 'iy ng', iong: 'y uh ng', ua: 'w aa', uo: 'w ao', uai: 'w ay', ui: 'w ey', uan: 'w aa n', un: 'w ax n', uang: 'w aa ng', ueng: 'w ax ng', ve: 'y eh', van: 'y eh n', vn: 'y iy n' }; // prettier-ignore

/** Syllables that begin without a consonant of their own are written with y or w. */
const written: Readonly<Record<string, string>> = { yi: 'i', ya: 'ia', ye: 'ie', yao: 'iao', you: 'iu', yan: 'ian', yin: 'in', yang: 'iang', ying: 'ing', yong: 'iong', yo: 'o', wu: 'u', wa: 'ua', wo: 'uo', wai: 'uai', wei: 'ui', wan: 'uan', wen: 'un', wang: 'uang', weng: 'ueng', yu: 'v', yue: 've', yuan: 'van', yun: 'vn' }; // prettier-ignore

const table = known.split(' ').map((entry) => ({ syllable: entry.slice(0, -1), character: entry.at(-1)! }));
const order = new Intl.Collator('zh-u-co-pinyin');
let sorted: typeof table | undefined;

/** Phones of a Han character; undefined for anything else. */
export function chinesePhones(character: string): string[] | undefined {
  if (!/^\p{Script=Han}$/u.test(character)) return undefined;
  return phonesOfSyllable(usual[character] ?? syllableOf(character));
}

/** Pinyin without its tone, `v` for ü. */
function syllableOf(character: string): string {
  sorted ??= table.toSorted((a, b) => order.compare(a.character, b.character));
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order.compare(sorted[middle]!.character, character) <= 0) low = middle + 1;
    else high = middle;
  }
  return sorted[Math.max(0, low - 1)]!.syllable;
}

function phonesOfSyllable(syllable: string): string[] {
  const plain = written[syllable];
  const initial = plain === undefined ? (/^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcs])/.exec(syllable)?.[0] ?? '') : '';
  let final = plain ?? syllable.slice(initial.length);
  // After j, q and x a written u is ü; after z, c, s, zh, ch, sh and r a written i only hums on.
  if (/^[jqx]$/.test(initial) && final.startsWith('u')) final = `v${final.slice(1)}`;
  const hums = final === 'i' && /^(?:zh|ch|sh|[rzcs])$/.test(initial);
  const sounds = `${initial === '' ? '' : initials[initial]!} ${hums ? 'ih' : (finals[final] ?? 'ah')}`;
  return sounds.split(' ').filter((phone) => phone !== '');
}
