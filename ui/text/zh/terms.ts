/** 各城市一起约定的几个数：每年淡去多少、怎么兑换、每年发多少。这几处的话。 */
export const zhTerms = {
  title: '各城市的共同约定',
  say: (percent: number, parts: string, issue: string) =>
    `通用贡献值每年减少 ${percent}%；${parts === '' ? '本地的不能换成通用的' : `至少 ${parts} 份本地的换 1 份通用的`}；每个城市每年最多增加 ${issue}。`,
  from: (date: string) => `每年减少多少、每年最多增加多少，从 ${date}起按这个算；在那以前照旧。`,
  change: '商量改约定',
  note: '请先和其他城市的会长商量好，填同样的数；够数的城市同意才算数。换的比例从那时起改；每年减少和每年增加从下一个年度起改，离它不到三十天就从再下一个年度起改。已经记下的，一笔也不变。',
  decay: '每年减少百分之几（最多 15）',
  parts: '几份本地的换 1 份通用的（3 或更多）',
  issue: '每个城市每年最多增加多少',
  agree: '同意这样改',
  agreed: '已同意，等其他城市的会长也同意同样的数',
  waiting: (terms: string, date: string) => `我们已同意改成：${terms}换的比例等够数的城市同意就改，其余从 ${date}起。等其他城市的会长也同意同样的数。`,
  withdraw: '收回同意',
  withdrawn: '已收回',
}
export type TermsTexts = typeof zhTerms
