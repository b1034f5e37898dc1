/** 旺季与淡季一页的话。 */
export const zhSeasons = {
  title: '旺季与淡季',
  lead: '想用的人多的日子，用的人给得多，分享的人得得多；少的日子，都少一些。倍数由公约定，日子由会长说。',
  none: '还没有人说过。每天都按 1 倍算。',
  season: (what: string, factor: string) => `${what}：${factor} 倍`,
  days: (from: string, until: string) => (from === until ? from : `${from} 到 ${until}`),
  by: (who: string, date: string) => `${who}在 ${date}说的`,
  now: '现在',
  sayTitle: '说一段日子',
  what: '用什么',
  how: '那些日子',
  kinds: { busy: '旺季', plain: '平常', quiet: '淡季' },
  times: (factor: string) => `${factor} 倍`,
  from: '从哪一天',
  until: '到哪一天（含）',
  missing: '请选开始的日子，和不早于今天、不早于开始的结束日子',
  says: (what: string, days: string, factor: string) => `${what}在 ${days}按 ${factor} 倍算。`,
  saysRest: '已经说好的预订不变。',
  send: '就这样定',
  done: '日子定好了',
}

export type SeasonsTexts = typeof zhSeasons
