/**
 * Every visible word, in Chinese: the source catalogue. `en.ts` has the same type, so a sentence that is
 * missing there does not compile, and no page carries a sentence of its own.
 *
 * How we speak: buttons are verbs; who did what and what happens next; 确认 for signing, 记录 for the
 * ledger, 社区 for a node; 贡献值 is never beside a currency sign and never something one owes.
 */
import type { AgreementView, ArrivalView, HelpView, HubView, MeView, Step, TransferStage } from '#protocol/api.ts'
import type { ListingCategory, ListingKind, Scope } from '#protocol/listing.ts'
import type { ChallengeFault } from '#protocol/login.ts'
import { zhDoor, zhRefusals } from './zh-refusals.ts'

const steps: Record<Step['what'], string> = {
  'hub.founded': '社区建成',
  'tick': '新的一天',
  'member.joined': '加入社区',
  'member.attested': '会长当面确认',
  'agreement.made': '约定成立',
  'agreement.cancelled': '取消约定',
  'checkin.made': '签到',
  'completion.reported': '报告时长',
  'completion.confirmed': '确认时长',
  'completion.declined': '时长有出入',
  'help.recorded': '记下一次帮助',
  'help.confirmed': '确认一次帮助',
  'help.declined': '帮助有出入',
  'rating.committed': '写下评价',
  'rating.opened': '评价公开',
  'cv.converted': '换成通用贡献值',
  'guest.admitted': '外地成员登记',
  'contribution.abroad': '外地的贡献计入',
  'fed.adopted': '城市名单更新',
  'trust.set': '调整对一个城市的信任',
  'x.req': '申请跨城支付',
  'x.appr': '同意跨城支付',
  'x.cancel': '取消跨城支付',
  'order.approved': '同意社区往来',
  'x.out': '贡献值发往其他城市',
  'x.cert': '其他城市核对完成',
  'x.in': '收到其他城市的贡献值',
  'x.ack': '对方已收到',
  'x.rel': '放行',
  'x.back': '退回',
  'award': '贡献值入账',
  'ratings-open': '评价公开',
  'silent-confirm': '到期自动确认',
}

const agreementPhases: Record<AgreementView['phase'], string> = {
  agreed: '已约好', reported: '等待确认', confirmed: '已完成', settled: '已入账', cancelled: '已取消', lapsed: '已过期',
}
const helpPhases: Record<HelpView['phase'], string> = {
  recorded: '等待确认', confirmed: '已确认', declined: '有出入', lapsed: '已过期',
}
const stages: Record<TransferStage, string> = {
  due: '待支付', asked: '等待会长同意', ordered: '已发出，等待其他城市核对', certified: '已核对，送往对方城市',
  credited: '已到账', suspended: '对方暂挂', returned: '已退回', cancelled: '已取消', expired: '已过期',
}
const arrivalPhases: Record<ArrivalView['phase'], string> = {
  credited: '已入账', suspended: '暂挂', returning: '正在退回', returned: '已退回',
}
const arrivalReasons: Record<NonNullable<ArrivalView['because']>, string> = {
  limit: '超过了对这个城市的信任额度', 'too-large': '单笔超过了上限', recipient: '收款人不在本社区或还没有确认',
}
const kinds: Record<ListingKind, string> = {
  need: '需求', resource: '资源', skill: '能帮忙', event: '活动', project: '项目', circle: '小组', partnerOffer: '伙伴优惠',
}
const categories: Record<ListingCategory, string> = {
  'everyday': '日常互助', 'community-culture': '社区文化', 'cross-cultural': '跨文化交流', 'training': '学习培训',
  'creative': '创意设计', 'social-service': '公益服务', 'project-help': '项目协助', 'elder-care': '照看老人',
  'child-care': '照看孩子', 'emergency': '紧急帮忙', 'emotional-support': '陪伴倾听',
}
const scopes: Record<Scope, string> = { hub: '只给本社区看', peers: '给相熟的城市看', federation: '给所有相连的城市看' }
const awardCategories: Record<1 | 2 | 3, string> = { 1: '日常帮忙', 2: '教语言', 3: '写程序' }
const grades: Record<'good' | 'fair' | 'poor', string> = { good: '满意', fair: '一般', poor: '不满意' }
const bands: Record<MeView['standing']['band'], string> = { high: '高', medium: '中', low: '低' }
const nextNeeds: Record<NonNullable<MeView['next']>['needs'], (missing: string | null) => string> = {
  contribution: () => '完成一次互助',
  lifetime: (missing) => `再贡献 ${missing ?? ''}`,
  recommendations: () => '得到三位 L3 以上成员的推荐',
  governance: () => '参与三次社区事务',
}
const readOnly: Record<NonNullable<HubView['readOnly']>, string> = {
  'disk-full': '社区的电脑存储满了。现在可以看，暂时不能写；已有的记录都在。',
  'storage': '社区的存储出了问题。现在可以看，暂时不能写；请告诉会长。',
  'restoring': '社区正在从备份恢复，先核对最新的记录。现在可以看，暂时不能写。',
}
const loginFaults: Record<ChallengeFault, string> = {
  'unreadable': '社区给的登录内容读不出来，没有登录。',
  'other-hub': '登录内容来自另一个社区，没有登录。请检查网址。',
  'other-address': '登录内容是为另一个网址准备的，可能有人在中间转发，没有登录。请检查网址，并告诉会长。',
}
const regions: Record<'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa', string> = {
  as: '亚洲', eu: '欧洲', af: '非洲', na: '北美洲', sa: '南美洲', oc: '大洋洲',
}

const duration = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0) return `${rest} 分钟`
  return rest === 0 ? `${hours} 小时` : `${hours} 小时 ${rest} 分钟`
}

export const zh = {
  language: 'zh' as 'zh' | 'en',
  brand: '同壹',
  otherLanguage: 'English',
  duration,
  minutes: (n: number): string => `${n} 分钟`,
  list: (names: string[], all: number): string =>
    names.length < all ? `${names.join('、')}等 ${all} 位` : names.join('、'),

  nav: { label: '主要页面', home: '首页', board: '发现', add: '添加', me: '我的', steward: '会长', audit: '公开记录' },
  common: {
    back: '返回', cancel: '取消', next: '下一步', refresh: '再试一次', loading: '正在打开…',
    copy: '复制', copied: '已复制', selectAll: '已选中，请长按复制', code: '代码', more: '更多',
    recorded: (seq: number) => `已记录，第 ${seq} 条`,
    unnamed: '未留名字', you: '你', skip: '跳到正文', notFoundTitle: '没有这一页', toHome: '回首页',
    unconfirmed: '待核对', unconfirmedWhy: '最近的记录还在等其他城市核对，不影响使用。',
    offline: '离线', online: '已连上',
    offlineWhat: '联系不上社区', offlineWhy: '网络断了，或者社区的电脑没有开机', offlineTodo: '连上后会自己刷新，没有丢失什么',
  },
  amounts: {
    /** `unit` is the hub's own word for its value. */
    local: (amount: string, unit: string) => `${amount} ${unit}`,
    global: (amount: string) => `${amount} 通用贡献值`,
    unit: (_hours: boolean, ofHub: string) => ofHub,
  },
  refusals: zhRefusals,
  door: zhDoor,
  steps,
  agreementPhases,
  helpPhases,
  stages,
  arrivalPhases,
  arrivalReasons,
  kinds,
  categories,
  scopes,
  awardCategories,
  grades,
  loginFaults,
  readOnly,
  regions,
  factors: {
    minutes: '时长', coefficient: '难度', rating: '评价', group: '人数',
    notRated: '没有评价，算满意', ifGood: '评价满意时', people: (n: number) => `${n} 人`,
    times: '×', equals: '=', roundedDown: '最后去掉尾数，不四舍五入。',
    abroad: '这是在其他城市的贡献，计算过程在那个城市的记录里。',
  },

  welcome: {
    title: (city: string) => `${city}的邻居，互相帮忙`,
    lead: '谁需要帮助，说一声；谁能帮忙，应一声。帮过的每一次，都替你记着。',
    join: '加入社区', look: '先看看附近需要什么', already: '已经加入过？请用加入时的那台设备打开，或当面找会长。',
    unfoundedTitle: '这个社区还没有建成',
    unfounded: '装好以后，电脑会显示一个设置链接。请在这里用那个完整的链接打开，四步就好。',
    wechatTitle: '请在浏览器打开',
    wechat: '微信里的页面存不住你的钥匙。请点右上角“…”，选“在浏览器打开”，再继续。',
  },

  setup: {
    title: '建一个社区', step: (n: number, of: number) => `第 ${n} 步，共 ${of} 步`,
    languageTitle: '用哪种语言？', languageNote: '以后每个人都可以自己换。',
    placeTitle: '社区在哪里？',
    city: '城市或街区', cityNote: '邻居们看到的名字，例如“成都·玉林”。',
    name: '短名字', nameNote: '小写字母、数字和短横，最多 24 个，例如 chengdu。以后不能改。',
    region: '所在大洲',
    presetTitle: '怎样记贡献？',
    presets: {
      'city': {
        name: '城市社区',
        words: '帮人一分钟记 1 贡献值，教语言、写程序这样的专长记得多一些。请人帮忙不花贡献值，谁都可以开口。',
      },
      'time-bank': {
        name: '时间银行',
        words: '谁的一小时都一样，用“时:分”显示。受助的人用时间积分还一小时，没有积分的由社区垫上。',
      },
    },
    presetNote: '这是社区的公约。以后可以一起商量着改。',
    stewardTitle: '第一位会长',
    stewardNote: '会长当面确认新成员。建成后请尽快再邀请两位会长，大家一起把关。',
    stewardName: '邻居们怎么称呼你', keyNote: '你的钥匙会在这台设备上生成，不会离开它。',
    finish: '建成社区',
    doneTitle: '社区建成了', done: (city: string) => `${city}从今天开始记录。这台设备已经登录，你是第一位会长。`,
    toHome: '去首页', checkName: '短名字只能用小写字母、数字和短横。', noToken: '这个链接不完整，缺少最后的口令。请用装好时显示的完整链接。',
  },

  join: {
    title: (city: string) => `加入${city}社区`,
    charterTitle: '先读一读公约',
    charter: {
      'none': '帮人一分钟，记 1 贡献值。请人帮忙不花贡献值。',
      'hour-for-hour': '谁的一小时都一样。受助的人还一小时；没有积分时由社区垫上。',
    },
    coefficient: (name: string, times: string) => `${name}按 ${times} 倍记。`,
    confirm: (days: number) => `一方报时长，另一方确认；${days} 天没有回音就自动确认，到期前会提醒。`,
    rating: (days: number) => `评价互相看不见，双方都写完或 ${days} 天后才公开。`,
    decay: '贡献值每年少一成，它是用来流动的，不是用来攒的。',
    noMoney: '贡献值不能买卖，也不能借；帮过就是帮过，没有谁要还给谁。',
    privacy: '你的名字不写进公开记录。记录里只有一串没人认得的编号。',
    name: '邻居们怎么称呼你', nameNote: '只给本社区的成员看。',
    agree: '我同意公约，加入社区',
    waitTitle: '还差一步：当面见会长',
    wait: '请把这个号码给会长看。会长当面见过你、对上号码，按一下确认，你就可以参与了。这一页会自己更新。',
    yourCode: '你的号码', meanwhile: '先看看附近需要什么', attestedTitle: '会长已经确认了你', attested: '现在可以开始了。',
  },

  home: {
    hello: (name: string) => `${name}，你好`, waitingTitle: '等你来做的', nothing: '现在没有等你的事。',
    record: '记一次帮助', need: '我需要帮助', offer: '我能帮忙',
    valueTitle: '你的贡献值',
    worth: (duration: string) => `相当于 ${duration}的帮助。`,
    askFree: '请邻居帮忙不花贡献值，随时开口。',
    canAsk: (duration: string) => `够请邻居帮你 ${duration}。`,
    canAskEmpty: '没有积分也可以开口，由社区垫上。',
    global: (amount: string) => `另有 ${amount}，可以带去相连的城市。`,
    level: (n: number) => `L${n}`,
    nextLevel: (level: number, needs: string) => `${needs}，就到 L${level}。`,
    top: '已经是最高一级。',
    emptyTitle: '从第一次互助开始', empty: '看看邻居需要什么，或者说说你能帮什么。', seeBoard: '看看附近需要什么', postFirst: '发布第一个',
    boardTitle: '最近的需求', seeAll: '全部',
    card: {
      sign: (name: string) => `${name}想和你约好一件事`, signDo: '看看并确认',
      confirmHelp: (name: string, duration: string, helped: boolean) =>
        helped ? `${name}记下：你帮了 TA ${duration}` : `${name}记下：TA 帮了你 ${duration}`,
      confirm: (name: string, duration: string) => `${name}报告：用了 ${duration}`, confirmDo: '去确认',
      application: (name: string, title: string) => `${name}回应了“${title}”`, applicationDo: '看看',
      rate: (name: string) => `说说和${name}的这次互助`, rateDo: '评价',
      checkin: (title: string) => `“${title}”开始了吗？`, checkinDo: '去签到',
      report: (title: string) => `“${title}”完成了吗？`, reportDo: '报告时长',
      steward: (n: number) => `会长待办：${n} 件`, stewardDo: '去处理',
      noted: (text: string) => `备注：${text}`,
    },
    yes: '确认', notQuite: '有出入',
    confirmed: '已确认，谢谢。', declined: '已告诉对方有出入。两人商量后可以重新记一次。',
    itself: (date: string) => `${date} 前没有回音会自动确认`,
    lapses: (date: string) => `${date} 前有效`,
  },

  board: {
    title: '发现', all: '全部', needs: '需要帮助', offers: '能帮忙', category: '类别', anyCategory: '所有类别', city: '城市', anyCity: '所有城市',
    search: '搜索', here: '本社区', from: (city: string) => `${city}社区`,
    heard: (ago: string, city: string) => `${ago}从${city}收到`,
    empty: '这里还没有。', emptyDo: '放宽一点条件，或者自己发布一个。', post: '发布', minutes: (d: string) => `约 ${d}`, anyLength: '时长面议',
    until: (date: string) => `${date} 前有效`, closed: '已结束', mine: '我发布的',
  },

  listing: {
    who: '发布人', when: '发布于', howTitle: '这件事怎么算',
    how: {
      noLength: '时长由你们商量；每 60 分钟日常帮忙是：',
      specialist: (parts: string) => `如果约成专长：${parts}。`,
      priceNone: '受助的人不花贡献值。', priceHour: '受助的人还同样的时间；没有积分时由社区垫上。',
      abroad: (city: string) => `你在${city}帮忙，由那里的公约算出数目，再按 3 比 1 付给你通用贡献值；在这里照样计入等级和你的故事。`,
      abroadSum: (sum: string) => `大约：${sum} 通用贡献值`,
    },
    help: '我来帮忙', want: '请 TA 帮我', message: '跟 TA 说一句', messageHint: '什么时候方便、想怎么帮', send: '发送',
    sent: '已经告诉对方了。对方同意后，首页会请你确认约定。',
    abroadOffer: (city: string) => `这是${city}成员提供的帮助，目前只有当地成员可以接受。`,
    joinFirst: '加入社区后就可以应一声。', waitFirst: '会长当面确认你以后，就可以应一声。',
    applicationsTitle: '谁应了声', noApplications: '还没有人回应。', agree: '同意', agreed: '已同意，等对方确认',
    close: '结束这条', closeSure: '结束后别人不再看到内容。', closeYes: '是，结束', closedDone: '已结束。',
    agreeTitle: (name: string) => `和${name}约好`, length: '多久', begins: '开始', ends: '结束', what: '属于哪一种', propose: '确认并发给对方',
    proposed: '已发给对方。对方确认后约定成立。',
    will: (sum: string) => `完成后约 ${sum}`, closedNote: '这条已经结束。',
    words: (title: string, message: string) => `${title}\n${message}`,
  },

  sign: {
    title: '请看清楚再确认', with: '和谁', helper: '谁来帮', receiver: '谁受助', length: '多久', begins: '开始', ends: '结束', what: '属于',
    note: '确认以后约定就成立了，双方都能看到每一步。不合适也没关系，可以拒绝。',
    yes: '确认约定', no: '拒绝', done: '约定成立。', refused: '已拒绝。', gone: '这个约定已经处理过，或者过期了。', unreadable: '这份约定和你无关，或者读不出来，没有确认。',
  },

  post: {
    kind: '是什么', need: '我需要帮助', offer: '我能帮忙', subject: '一句话说清楚', subjectHintNeed: '例如：修水龙头，周六', subjectHintOffer: '例如：教你用手机拍照',
    words: '再说几句', wordsHint: '在哪一带、要准备什么。别写门牌号和电话，约好以后再说。',
    length: '大约多久', unknown: '说不准', category: '类别', scope: '给谁看', preview: '别人看到的样子', send: '发布', sent: '发布了，30 天内有效。',
  },

  add: { title: '你想做什么？', record: '刚帮过人，或刚被人帮过', need: '说说你需要什么', offer: '说说你能帮什么' },

  record: {
    title: '记一次帮助', who: '和谁？', search: '找名字', nobody: '还没有其他成员。请会长先确认几位邻居。', iHelped: '我帮了 TA', helpedMe: 'TA 帮了我', direction: '谁帮谁',
    what: '哪一种', length: '多久', longer: '多一刻钟', shorter: '少一刻钟', day: '哪一天', today: '今天', yesterday: '昨天', note: '备注（可以不写）', send: '记下来',
    about: (sum: string) => `约 ${sum}`, next: (name: string) => `${name}确认后就算数。`, doneTitle: '记下了', done: (name: string) => `等${name}确认。`, again: '再记一次',
    change: '换一位',
  },

  agreement: {
    title: '约定', with: (name: string) => `和${name}`, helps: (helper: string, receiver: string) => `${helper}帮${receiver}`, plannedHelp: (helper: string, receiver: string, d: string) => `${helper}帮${receiver}，${d}`,
    timeline: '经过', nextTitle: '下一步', by: (name: string) => `由${name}`,
    checkin: '我到了，签到', report: '报告时长', reportInstead: '不签到，直接报告时长', reportLength: '实际用了多久', reportSend: '报告',
    reported: (name: string, d: string) => `${name}报告用了 ${d}。`, confirm: (d: string) => `确认 ${d}`, decline: '有出入',
    declineNote: '有出入时，请两人商量后由任一方重新报告。',
    rateTitle: '这次怎么样？', rateNote: '对方现在看不到。双方都写完，或到期后一起公开；没写就算满意。',
    cancel: '取消约定', cancelSure: '取消后要重新约。', cancelYes: '是，取消',
    wait: {
      begins: (date: string) => `约好 ${date} 开始，到时在这里签到。`,
      report: '你已签到。完成后由任一方报告时长。',
      confirm: (name: string) => `等${name}确认时长。`,
      itself: (date: string) => `${date} 前没有回音会自动确认。`,
      rating: (name: string) => `你已评价，等${name}。`,
      final: (date: string) => `最晚 ${date} 定下来。`,
      none: '都完成了。', cancelled: '这个约定已经取消。', lapsed: '这个约定过期了，没有报告时长。',
    },
    why: (sum: string) => `为什么是 ${sum}`, would: (sum: string) => `如果满意，会是 ${sum}`, held: (sum: string) => `已为这件事留出 ${sum}`,
    gradesTitle: '评价', grade: (name: string, grade: string) => `${name}：${grade}`,
    abroad: (sum: string, stage: string) => `${sum}：${stage}`, abroadTitle: '跨城支付',
    plan: (from: string, to: string) => `${from} 至 ${to}`,
  },

  me: {
    title: '我的',
    story: {
      tookPart: (n: number) => `你参与过 ${n} 次互助。`, gave: (d: string) => `你为邻居付出过 ${d}。`,
      helped: (names: string) => `你帮助过${names}。`, wasHelped: (names: string) => `${names}帮助过你。`,
      none: '你的故事，从第一次互助开始。',
    },
    valueTitle: '贡献值', local: '本地', inAYear: (sum: string) => `一年后约 ${sum}。贡献值会慢慢流走，用起来最好。`, held: (sum: string) => `其中已留给约定 ${sum}`, global: '通用',
    globalNote: '可以带去相连的城市。',
    levelTitle: '等级', lifetime: (sum: string) => `一共贡献 ${sum}，从不减少。`,
    standingTitle: '协作信用', standing: bands, isNew: '你还是新成员，从“中”开始。', standingNote: '来自最近一年的评价、守约和参与，只有你自己看得到。', points: (n: string) => `${n} / 1000`,
    awardsTitle: '每一笔贡献值', noAwards: '还没有。完成一次互助就有了。', why: '为什么是这个数', awardWith: (name: string) => `和${name}`,
    agreementsTitle: '约定', noAgreements: '还没有约定。', helpsTitle: '记过的帮助', noHelps: '还没有。', helpLine: (helper: string, receiver: string, d: string) => `${helper}帮${receiver}，${d}`,
    convertTitle: '换成通用贡献值', convertNote: '3 本地换 1 通用，带去其他城市用。要 L3、协作信用“高”，每季度有上限。', convertAmount: '换出多少本地贡献值', convertGets: (sum: string) => `得到约 ${sum}`, convertSend: '换', converted: '换好了。', badAmount: '请填一个数，例如 60。',
    receiptsTitle: '回执', receiptsNote: '每做一步，社区都给你一张回执，存在这台设备上。社区以后不能说没有这回事。', noReceipts: '这台设备上还没有回执。', receipt: (seq: number) => `第 ${seq} 条`, receiptOk: '已核对', receiptUnchecked: '已保存，还没能核对', receiptBad: '对不上，请告诉会长',
    deviceTitle: '这台设备', deviceId: '设备编号', devicePlain: '钥匙存在这台设备上，没有加密码。能打开这台设备的人，就能用你的名义操作。', devicePin: '钥匙存在这台设备上，用密码锁着。', deviceLost: '清除浏览器数据会丢掉钥匙。丢了请当面找会长。', insecure: '这个网址没有加密（http）。在自家或社区的网络里用没有问题，在外面请用 https 网址。',
    pinSet: '设一个密码', pinNew: '新密码（至少 6 位）', pinSave: '保存', pinSaved: '已锁好。以后每次打开页面，第一次操作时要输入。', pinRemove: '去掉密码', pinRemoved: '已去掉密码。',
    pinAsk: '输入密码', pinWhy: '打开你的钥匙', pinOpen: '打开', pinWrong: '密码不对，再试一次。',
    languageTitle: '语言', textSize: '文字大小', textNormal: '标准', textLarge: '大字', out: '退出登录', outNote: '钥匙会留在这台设备上。', in: '登录',
    waiting: '等会长当面确认', awaiting: (number: string) => `你的号码：${number}`, awardKinds: { agreement: '约定', help: '记一次帮助', abroad: '在其他城市' } as Record<'agreement' | 'help' | 'abroad', string>,
    nextNeeds,
  },

  steward: {
    title: '会长待办', empty: '没有等待处理的事。',
    attestTitle: '等你当面确认的新成员', attest: '我当面见过，号码对得上', attestNote: '请看看 TA 手机上的号码是否一样。', joined: (date: string) => `${date} 加入`, attested: '已确认。', evidence: '怎么认识的（可以不写）',
    dueTitle: '要付给外地成员的', due: (name: string, sum: string) => `${name}在这里帮了忙，应得 ${sum}`, pay: '付给 TA', paid: '已申请支付。',
    transfersTitle: '跨城往来', transfer: (from: string, sum: string, city: string) => `${from}：${sum} → ${city}`, approvals: (got: number, needed: number) => `会长同意 ${got} / ${needed}`, votes: (got: number, needed: number) => `其他城市已核对 ${got} / ${needed}`, approve: '同意', approved: '已同意。', pool: '社区',
    chainTitle: '社区往来', keys: '启用本社区的跨城往来', keysNote: '确认后，其他城市核对一次，就能和它们往来了。', keysDo: '启用往来', chainVotes: (got: number, needed: number) => `其他城市已核对 ${got} / ${needed}`,
    issueTitle: '增加社区的通用贡献值', issueNote: (left: string) => `用来付给来帮忙的外地成员。今年还可以增加 ${left}。`, issueAmount: '增加多少', issueDo: '增加', issued: '已同意。',
    arrivalsTitle: '暂挂的到账', arrival: (sum: string, city: string, name: string) => `${city}付来 ${sum}，给${name}`, release: '放行', sendBack: '退回', released: '已放行。', sentBack: '将退回。',
    citiesTitle: '相连的城市', cityState: { alone: '本社区现在独立运行，什么都不缺。想和别的城市来往时，在这里交换名片。', founded: '本社区已和其他城市相连。', joining: '正在加入联盟，等其他城市同意。' } as Record<'alone' | 'founded' | 'joining', string>,
    ourCard: '我们的名片', ourCardNote: '发给对方社区的会长。', theirCard: '粘贴对方的名片', found: '建立联盟', foundNote: '我们先建，再请对方加入。', join: '加入对方的联盟', admit: '邀请这个城市加入', foundDone: '联盟已建立。', joinDone: '已请求加入，等对方会长同意。', admitDone: '已邀请。双方都准备好后会自动相连。',
    asking: (city: string) => `${city}想加入`, admitAsking: '同意加入', admitted: (city: string) => `已邀请 ${city}，等待相连`,
    trust: (nights: number) => `信任额度约等于 ${nights} 晚住宿`, used: (used: string, limit: string) => `已用 ${used}，共 ${limit}`, trustEdit: '调整', trustLimit: '一共最多可以付来多少', trustTransfer: '单笔最多', trustSave: '保存', trustSaved: '已调整。', connected: '已连上', notConnected: '暂时联系不上',
    membersTitle: '成员', member: (level: number) => `L${level}`, isSteward: '会长', notAttested: '未确认', poolIs: (sum: string) => `社区的通用贡献值：${sum}`, positionIs: (sum: string) => `本社区共持有：${sum}`, version: (n: number) => `城市名单第 ${n} 版`, alone: '请再邀请两位会长，一起把关。', paste: '请粘贴完整的名片。',
    agreementOf: '对应的约定',
  },

  audit: {
    title: '公开记录', lead: '这一页给想自己核对的人看。不用登录，也不用相信这个页面。',
    origin: '记录的名字', hubId: '社区编号', size: '条数', root: '树根', charter: '公约指纹', checkpoint: '最新检查点（含各城市的联署）',
    howTitle: '怎样自己核对', how: ['在自己的电脑上装好同壹。', '运行下面的命令，或者先下载完整记录，把命令里的网址换成下载的文件。', '它会逐条重放：签名、链、树、公式、余额，最后给出结论；有错会指出第一条错在哪里。'],
    download: '下载完整记录', command: (address: string) => `npm run audit -- ${address}`, limit: '提醒：这个页面的程序由社区的电脑提供。真正的核对，请用自己电脑上的程序。', noCheckpoint: '还没有检查点。',
  },
}

export type Texts = typeof zh
