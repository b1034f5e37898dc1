/**
 * The words that every page may show, in Chinese: the source. Other languages have the same type, so a sentence that is
 * missing there does not compile, and no page carries a sentence of its own.
 *
 * How we speak: buttons are verbs; who did what and what happens next; 确认 for signing, 记录 for the
 * ledger, 社区 for a node; 贡献值 is never beside a currency sign and never something one owes.
 */
import type { HubView } from '#protocol/api.ts'
import type { ListedResource, ListingCategory, ListingKind } from '#protocol/listing.ts'
import type { ChallengeFault } from '#protocol/login.ts'
import { duration } from './numbers.ts'

const kinds: Record<ListingKind, string> = {
  need: '需求',
  resource: '资源',
  skill: '能帮忙',
  event: '活动',
  project: '项目',
  circle: '小组',
  partnerOffer: '伙伴优惠',
}
const categories: Record<ListingCategory, string> = {
  'everyday': '日常互助',
  'community-culture': '社区文化',
  'cross-cultural': '跨文化交流',
  'training': '学习培训',
  'creative': '创意设计',
  'social-service': '公益服务',
  'project-help': '项目协助',
  'creator': '内容创作',
  'community': '兴趣社群',
  'skill-sharing': '技能分享',
  'career-transition': '职业转型',
  'elder-care': '照看老人',
  'child-care': '照看孩子',
  'emergency': '紧急帮忙',
  'emotional-support': '陪伴倾听',
}
const resources: Record<ListedResource, string> = { room: '住处', vehicle: '车辆', tool: '工具', workspace: '场地', bicycle: '自行车' }
const awardCategories: Record<1 | 2 | 3, string> = { 1: '日常帮忙', 2: '教语言', 3: '写程序' }
const readOnly: Record<NonNullable<HubView['readOnly']>, string> = {
  'disk-full': '社区的电脑存储满了。现在可以看，暂时不能写；已有的记录都在。请告诉会长，腾出地方后会自己接着记。',
  'storage': '社区的存储出了问题。现在可以看，暂时不能写；请告诉会长。',
  'restoring': '社区刚刚启动，正在和其他城市核对最新的记录。现在可以看，暂时不能写。',
}
const loginFaults: Record<ChallengeFault, string> = {
  'unreadable': '社区给的登录内容读不出来，没有登录。',
  'other-hub': '登录内容来自另一个社区，没有登录。请检查网址。',
  'other-address':
    '登录内容是为另一个网址准备的，可能有人在中间转发，没有登录。请检查网址，并告诉会长。',
}

export const zhAlways = {
  language: 'zh' as 'zh' | 'en',
  brand: '同壹',
  otherLanguage: 'English',
  duration,
  minutes: (n: number): string => `${n} 分钟`,
  seconds: (n: number): string => `${n} 秒`,
  list: (names: string[], all: number): string =>
    names.length < all ? `${names.join('、')}等 ${all} 位` : names.join('、'),

  nav: {
    papers: '证明、对账单，带走与搬家',
    forTheWall: '公示、海报、收支',
    guide: '怎么用',
    arrive: '我从别的城市搬来',
    cities: '我们和其他城市的往来',
    level: '怎样提高',
    figures: '社区近况',
    agreement: '约定',
    more: '还可以做什么',
    label: '主要页面',
    home: '首页',
    board: '发现',
    add: '添加',
    messages: '消息',
    newLetters: '有新的信',
    me: '我的',
    steward: '会长',
    audit: '公开记录',
  },

  common: {
    longer: '多一刻钟',
    shorter: '少一刻钟',
    textSize: '文字大小',
    textNormal: '标准',
    textLarge: '大字',
    inMinutes: '分钟',
    /** What a number that is typed counts. */
    counted: (label: string, unit: string) => `${label}（${unit}）`,
    speaksFor: (name: string) => `你正在以“${name}”的名义做事。`,
    speakForMyself: '换回自己',
    back: '返回',
    cancel: '取消',
    next: '下一步',
    refresh: '再试一次',
    loading: '正在打开…',
    copy: '复制',
    copied: '已复制',
    selectAll: '已选中，请长按再点“复制”',
    code: '代码',
    more: '更多',
    recorded: (seq: number) => `已记录，第 ${seq} 条`,
    unnamed: '一位邻居',
    helps: (helper: string, receiver: string) => `${helper}帮${receiver}`,
    helpLine: (helper: string, receiver: string, d: string) => `${helper}帮${receiver}，${d}`,
    with: (name: string) => `和${name}`,
    you: '你',
    skip: '跳到正文',
    notFoundTitle: '没有这一页',
    notFound: '网址可能少了几个字，或者是很久以前的。',
    missingTitle: '没有打开',
    /** A part of a refusal, as a sentence of its own. */
    sentence: (text: string) => `${text}。`,
    toHome: '回首页',
    unconfirmed: '待核对',
    unconfirmedWhy: '还联系不上其他城市，最近的记录在等它们核对，不影响使用。',
    offline: '离线',
    online: '已连上',
    offlineWhat: '联系不上社区',
    offlineWhy: '网络断了，或者社区的电脑没有开机',
    offlineTodo: '不用做什么：连上后这一页会自己打开',
    offlineAgain: '请等上面显示“已连上”，再按一次；同一件事不会记两遍',
  },

  amounts: {
    /** `unit` is the hub's own word for its value. */
    local: (amount: string, unit: string) => `${amount} ${unit}`,
    global: (amount: string) => `${amount} 通用贡献值`,
    unit: (_hours: boolean, ofHub: string) => ofHub,
  },
  kinds,
  categories,
  awardCategories,
  resources,
  loginFaults,
  readOnly,

  pin: {
    ask: '输入密码',
    why: '打开你的钥匙',
    open: '打开',
    wrong: '密码不对，请再试一次。',
  },

  welcome: {
    in: '登录',
    title: (city: string) => `${city}的邻居，互相帮忙`,
    lead: '谁需要帮助，说一声；谁能帮忙，应一声。帮过的每一次，都替你记着。',
    join: '加入社区',
    look: '先看看附近需要什么',
    already: '已经加入过？请用加入时的那台手机或电脑打开。',
    newDevice: '换了手机或电脑，或者再添一台',
    unfoundedTitle: '这个社区还没有建成',
    unfounded: '装同壹的人：装好以后，电脑会显示一个设置链接，请用那个完整的链接打开，四步就好。邻居们：请等社区建好，再打开这个网址。',
    wechatTitle: '请在浏览器打开',
    wechat: '微信里的页面记不住你是谁。请点右上角“…”，选“在浏览器打开”，再继续。',
  },

  home: {
    /** To somebody whom no steward has met yet. */
    notMet: {
      title: '还差一步：当面见会长',
      show: (number: string) => `给会长看你的号码：${number}`,
      then: '会长确认后，就可以请人帮忙、去帮忙、记下帮助。',
    },
    hello: (name: string) => `${name}，你好`,
    waitingTitle: '等你来做的',
    nothing: '现在没有等你的事。',
    record: '记一次帮助',
    need: '我需要帮助',
    offer: '我能帮忙',
    valueTitle: '你的贡献值',
    worth: (duration: string) => `相当于 ${duration}的帮助。`,
    askFree: '请邻居帮忙不花贡献值，随时开口。',
    canAsk: (duration: string) => `够请邻居帮你 ${duration}。`,
    canAskEmpty: '没有积分也可以开口，由社区垫上。',
    global: (amount: string) => `另有 ${amount}，可以带去相连的城市。`,
    level: (n: number) => `L${n}`,
    nextLevel: {
      contributions: (level: number, _count: number) => `帮邻居一次，就到 L${level}。`,
      lifetime: (level: number, missing: string) => `再贡献 ${missing}，就到 L${level}。`,
      recommendations: (level: number, count: number) => `还要 ${count} 位 L3 以上的邻居推荐，才到 L${level}。`,
      governance: (level: number, count: number) => `还要参与 ${count} 次社区的事（投票、评议、任满一届），才到 L${level}。`,
    },
    top: '这是目前最高的一级。',
    emptyTitle: '从第一次互助开始',
    empty: '看看邻居需要什么，或者说说你能帮什么。',
    seeBoard: '看看附近需要什么',
    postFirst: '发布第一个',
    boardTitle: '最近的需求',
    seeAll: '全部',
    card: {
      sign: (name: string) => `${name}想和你约好一件事`,
      signDo: '看看并确认',
      confirmHelp: (name: string, duration: string, helped: boolean) =>
        helped ? `${name}记下：你帮了${name} ${duration}` : `${name}记下：${name}帮了你 ${duration}`,
      confirm: (name: string, duration: string) => `${name}报告：用了 ${duration}`,
      confirmDo: '去确认',
      application: (name: string, title: string) => `${name}回应了“${title}”`,
      applicationDo: '看看',
      rate: (name: string) => `说说和${name}的这次互助`,
      rateDo: '评价',
      checkin: (title: string) => `“${title}”开始了吗？`,
      checkinDo: '去签到',
      report: (title: string) => `“${title}”做完了吗？`,
      reportDo: '报告时长',
      steward: (n: number) => `有 ${n} 件事等会长处理`,
      stewardDo: '去处理',
      noted: (text: string) => `备注：${text}`,
    },
    yes: '确认',
    notQuite: '有出入',
    confirmed: '已确认，谢谢。',
    declined: '已告诉对方有出入，这次不算。两人商量好，再重新记一次。',
    itself: (date: string) => `${date} 前没有回音会自动确认`,
    lapses: (date: string) => `请在 ${date} 前回答，过后这次就不算了。`,
  },

  board: {
    online: '可以在网上进行',
    frozen: '往来已冻结',
    title: '发现',
    category: '类别',
    anyCategory: '所有类别',
    city: '城市',
    anyCity: '所有城市',
    search: '搜索',
    here: '本社区',
    from: (city: string) => `${city}社区`,
    heard: (ago: string, city: string) => `${ago}从${city}收到`,
    empty: '还没有人发布。',
    emptyDo: '你可以做第一个：说说你需要什么，或者能帮什么。',
    emptyWait: '会长当面确认过的成员可以发布。',
    noneFits: '没有合适的。',
    noneFitsDo: '换一个词、换一个类别，或者点“全部”。',
    post: '发布',
    minutes: (d: string) => `约 ${d}`,
    anyLength: '多久都可以商量',
    until: (date: string) => `${date}前有效`,
    closed: '已结束',
    mine: '我发布的',
  },
}
