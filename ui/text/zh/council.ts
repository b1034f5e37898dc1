/** 等级与信用、公约与投票两页的话。 */
import type { Role } from '#ledger/charter/charter.ts'
import type { CharterField } from '#ledger/charter/difference.ts'
import type { CouncilView, ProposalView } from '#protocol/api.ts'

type Choice = 'helpPrice' | 'price.spread' | 'sanctions.first' | 'redemption'
type Component = CouncilView['standing']['parts'][number]['component']
type Power = CouncilView['powers'][number]['power']

const fields: Record<CharterField, string> = {
  'format': '格式', 'preset': '范本',
  'skill.coefficients': '各类帮助的系数', 'skill.minutesPerCv': '多少分钟记 1', 'skill.groupStepPerMille': '每多一人加', 'skill.groupMaxPerMille': '人数加成上限',
  'resource.bases': '分享资源的基数', 'resource.peakPerMille': '旺季的需求热度', 'resource.offSeasonPerMille': '淡季的需求热度', 'resource.leastPerMille': '需求热度最低', 'resource.mostPerMille': '需求热度最高',
  'project.bases': '项目基数', 'project.coreMaxPerMille': '核心组织者份额上限', 'project.participantMaxPerMille': '参与者份额上限', 'project.reachPeople': '多少人算影响大', 'project.reachPerMille': '影响大的系数', 'project.partialPerMille': '部分完成的系数',
  'community.lastingPerMille': '长期社群系数', 'community.highPerMille': '质量高的系数', 'community.poorPerMille': '质量差的系数', 'community.participantsMax': '一件社群贡献最多算多少人', 'community.worksAMonth': '每月最多几件社群贡献',
  'rating.goodPerMille': '好评系数', 'rating.fairPerMille': '一般系数', 'rating.poorPerMille': '差评系数', 'rating.movesAward': '评价影响入账',
  'farming.minutesMax': '多短算短帮助', 'farming.days': '重复帮助看多少天', 'farming.freeCount': '重复几次以内不减', 'farming.perMille': '之后依次按', 'farming.careLeastPerMille': '照护关系里不低于',
  'shortForm.proxyMinutesMax': '会长代记最长', 'certification.levelMin': '几级可以认证技能', 'certification.peers': '认证技能要几人',
  'shortForm.minutesMax': '记一次帮助最长', 'shortForm.monthMinutesMax': '每月不签到最多', 'helpPrice': '请人帮忙',
  'price.table': '使用资源的价目', 'price.longStay': '长住优惠', 'price.spread': '差价归谁', 'services': '社区服务的价目', 'gates.lottery': '名额可以抽签', 'gates.auction': '名额可以出价',
  'windows.confirmDays': '不答复几天后算确认', 'windows.ratingDays': '评价期', 'windows.holdDays': '约定保留期', 'windows.shortFormDays': '帮助记录等待期', 'windows.suspenseDays': '外来贡献值保留期', 'windows.disputeDays': '争议期', 'windows.noticeDays': '通知期', 'windows.appealDays': '申诉期', 'windows.caseHoldDays': '处理期间最多暂停使用', 'windows.recoveryDays': '换新设备公示期', 'windows.invitationDays': '邀请有效期', 'windows.ballotDays': '投票期', 'windows.amendmentDays': '新公约公示期', 'windows.freeCancelHours': '开始前多久可以随意取消',
  'conversion.globalPer': '本地换通用的比率', 'conversion.levelMin': '换通用贡献值要到几级', 'conversion.standingMinPerMille': '换通用贡献值要的信用', 'conversion.quarterMaxMilli': '每人每季最多换', 'conversion.yearMaxMilli': '全社区每年最多换', 'exposureMilli': '新相连城市的额度',
  'levels.l3Milli': 'L3 要累计', 'levels.l4Milli': 'L4 要累计', 'levels.l5Milli': 'L5 要累计', 'levels.recommendations': 'L4 要几人推荐', 'levels.governanceActs': 'L5 要参与几次社区的事',
  'score.ratingPerMille': '信用里评价占', 'score.usePerMille': '信用里约好做成的占', 'score.completionPerMille': '信用里说到做到占', 'score.historyPerMille': '信用里常来占', 'score.feedbackPerMille': '信用里邻居的回音占', 'score.highPerMille': '信用“高”的起点', 'score.mediumPerMille': '信用“中”的起点', 'score.feedbackMembers': '几人以上才算回音', 'score.multipliesAward': '信用影响入账',
  'vote.proposeLevel': '几级可以提议', 'vote.voteLevel': '几级可以投票', 'vote.quorum': '至少多少人投票', 'vote.majority': '赞成要占', 'vote.youngBelow': '不足几人算新社区', 'roles': '职务', 'stewardThreshold': '要几位会长同意', 'tiers': '跨城往来要几位会长', 'sanctions.first': '第一次确有问题', 'sanctions.jurors': '几位邻居评议',
  'decay.domainPerMille': '每年减少', 'decay.dormantAfterDays': '多久不来开始归零', 'decay.dormantOverDays': '归零要多久', 'cap.yearMilli': '每年最多获得', 'cap.warnPerMille': '到多少时提醒',
  'commons.yearlyIssueMilli': '公共池每人每年', 'commons.newcomerGrantMilli': '新人补助', 'commons.grantMaxMilli': '补助上限', 'reserve.isOpen': '时间储备', 'reserve.capMilli': '储备上限', 'reserve.ageMin': '几岁可取储备', 'reserve.hubMaxPerMille': '全社区储备上限', 'gift.isOpen': '赠送', 'gift.maxMilli': '每次最多赠送', 'gift.yearMaxMilli': '每年最多赠送',
  'referral.isOpen': '推荐新人的谢意', 'referral.yearMax': '每年最多推荐', 'referral.milli': '每次谢意', 'deposit.isOpen': '信任押金', 'deposit.minor': '押金数额', 'deposit.currency': '押金币种', 'redemption': '伙伴兑换',
  'income.need': '需求服务费', 'income.resource': '资源服务费', 'income.skill': '技能服务费', 'income.plans': '会员方案', 'income.currency': '收入币种', 'display.hours': '用小时显示', 'display.amounts': '显示数目', 'display.currencyName': '贡献值叫什么',
}

/** 只有几种选法的条目。 */
const choices: Record<Choice, string[]> = {
  'helpPrice': ['不花贡献值', '用掉同样的时间'],
  'price.spread': ['归公共池', '不再算', '归提供的人'],
  'sanctions.first': ['可用的贡献值清零', '收回那几次得到的'],
  'redemption': ['不开放', '多余的空位和物品', '伙伴自己的券'],
}
const roles: Record<Role, string> = { 1: '会长', 2: '片区协调人', 3: '运维员', 4: '审计员', 5: '合作伙伴', 6: '共生会员' }

const components: Record<Component, string> = {
  rating: '收到的评价', use: '约好的事做成了', completion: '说到做到', history: '一年里常来', feedback: '邻居的回音',
}
const improves: Record<Component, string> = {
  rating: '把事做好，请对方评价。', use: '约好的事做完再走；做不成就改期。', completion: '提前告诉对方，不临时取消，不失约。',
  history: '每个月来参与一次。', feedback: '多帮几位不同的邻居；要几位的回音，写在公约里。',
}
const powers: Record<Power, string> = { 'propose': '提议', 'vote': '投票', 'open-project': '发起项目', 'judge': '当评议人' }
const phases: Record<ProposalView['phase'], string> = {
  'open': '正在投票', 'carried': '投票通过，等会长同意', 'adopted': '已通过，等生效', 'done': '已生效', 'rejected': '没有通过',
  'no-quorum': '投票的人不够', 'lapsed': '会长没有同意', 'superseded': '被另一项修改取代',
}

export const zhCouncil = {
  levelTitle: '等级与信用',
  toCharter: '看公约与投票',
  nextTitle: '下一级还差',
  top: '你已经在最高一级。',
  recommended: (names: string) => `推荐你的邻居：${names}`,
  acts: (n: number) => `参与过社区的事 ${n} 次（投票、评议、任满一届会长）。`,
  brought: (city: string, level: number) => `你在${city}做过的也算，最多算到 L${level}。`,
  standingTitle: '协作信用从哪里来',
  standingNote: '只看最近十二个月，没有发生过的不算。',
  part: (name: string, weight: string) => `${name}（占 ${weight}）`,
  noData: '还没有',
  fields, choices, roles, components, improves, powers, phases,
  rolesTitle: '职务',
  noRoles: '你现在没有担任职务。',
  until: (name: string, date: string) => `${name}，到 ${date}`,
  holds: (person: string, role: string, date: string) => `${person}：${role}，到 ${date}`,
  offered: (name: string, date: string) => `社区请你担任${name}，请在 ${date}前答复。`,
  accept: '我愿意',
  accepted: '已上任',
  resign: '卸任',
  resignYes: '确认卸任',
  resigned: '已卸任',
  charterTitle: '公约与投票',
  version: (n: number) => `现在是第 ${n + 1} 版。`,
  nominateTitle: '请人任职',
  whom: '请谁',
  asWhat: '担任',
  nominate: '请这位邻居',
  nominated: '已提名；人数够了，对方就会收到邀请',
  whoTitle: '谁来决定',
  fewStewards: '会长不到三位。请再邀几位，这样总有两位能一起办事。',
  byLevel: (power: string, level: number) => `${power}：L${level} 以上的成员`,
  byAssembly: (power: string, level: number) => level < 2 ? `${power}：社区还小，全体成员` : `${power}：社区还小，L${level} 以上的成员`,
  yours: '包括你',
  proposalsTitle: '提议',
  noProposals: '现在没有提议。',
  by: (name: string, date: string) => `${name}在 ${date}提出`,
  what: { charter: '修改公约', role: '任免职务', motion: '别的事' },
  roleChange: { appoint: (name: string, role: string) => `请${name}担任${role}`, recall: (name: string, role: string) => `请${name}卸任${role}` },
  from: '原来',
  to: '改成',
  none: '没有',
  row: (n: number) => `第 ${n} 项`,
  closes: (date: string, voted: number, all: number) => `投票到 ${date}。${all} 人可以投票，${voted} 人已投。`,
  counted: (yes: number, no: number, abstain: number, all: number) => `${all} 人可以投票：${yes} 人赞成，${no} 人反对，${abstain} 人弃权。`,
  takesEffect: (date: string) => `${date}起生效。`,
  signed: (got: number, needed: number) => `会长同意 ${got}/${needed}`,
  votes: { yes: '赞成', no: '反对', abstain: '弃权' },
  voted: '已投票，投票结束前可以改',
  yourVote: (vote: string) => `你投了：${vote}。投票结束前可以改投：`,
  sign: '会长同意这份公约',
  signedNow: '已同意',
  stewardsAsked: (asked: number, there: number) => `公约里有的事要 ${asked} 位会长同意，现在有 ${there} 位；不够数时，现有的都同意就可以。`,
  rulesTitle: '公约全文',
  changeTitle: '提议改一个数',
  field: '改哪一项',
  choice: '改成哪一种',
  why: '为什么',
  propose: '提出来投票',
  proposed: '已提出，投票开始',
  badValue: '请填一个不同的整数。',
  yes: '是',
  no: '否',
  days: (n: string) => `${n} 天`,
  hours: (n: string) => `${n} 小时`,
  minutes: (n: string) => `${n} 分钟`,
}
