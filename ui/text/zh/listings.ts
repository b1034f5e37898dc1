/** 发现、发布、看一条、应一声。 */
import type { Scope } from '#protocol/listing.ts'
import type { Ratio } from '../format.ts'
import { zhMarket } from './market.ts'

const scopes: Record<Scope, string> = {
  hub: '留在本社区，不发到其他城市',
  peers: '给相熟的城市看',
  federation: '给所有相连的城市看',
}

export const zhListings = {
  market: zhMarket,

  scopes,

  listing: {
    write: '先写信问问',
    gatherings: '看看什么时候，报名',
    lead: '定时间，开放报名',
    who: '发布人',
    when: '发布于',
    howTitle: '这件事怎么算',
    how: {
      noLength: '时长由你们商量；每 60 分钟日常帮忙是：',
      specialist: (parts: string) => `如果约成专长：${parts}。`,
      priceNone: '受助的人不花贡献值。',
      priceHour: '受助的人用掉同样的时间；不够的由社区垫上，以后不用补。',
      abroad: (city: string, { local, global }: Ratio) =>
        `你在${city}帮忙，由那里的公约算出数目，再按大约 ${local} 比 ${global} 记给你通用贡献值；在这里照样计入等级和你的故事。`,
      visitor: (city: string, { local, global }: Ratio) =>
        `在${city}请人帮一小时，你给一小时的通用贡献值，大约 ${local} 比 ${global}；从这里送给帮你的人。`,
      abroadSum: (time: string, sum: string) => `${time}，大约：${sum}`,
      sum: (time: string, factor: string, total: string) =>
        `${time} × ${factor}（日常帮忙）× 1.0（满意）= ${total}`,
    },
    help: '我来帮忙',
    want: '请这位邻居帮我',
    message: '跟对方说一句',
    messageHint: '什么时候方便、想怎么做，可以多写几句。',
    messageHelp: '我可以来帮忙。',
    messageWant: '我想请你帮忙。',
    send: '发送',
    sent: '已经告诉对方了。对方同意后，首页会请你确认约定。',
    abroadOffer: (city: string) => `这是${city}那边的，目前只有当地成员可以兑换。`,
    joinFirst: '加入社区后就可以应一声。',
    applicationsTitle: '谁应了声',
    noApplications: '还没有人应声。有人应声时，首页会告诉你。',
    agree: '同意',
    agreed: '已发给对方，等对方确认。',
    withdraw: '收回',
    agreedWith: (name: string) => `你和${name}已经约好这件事。`,
    seeAgreement: '看看约定',
    validUntil: '有效到',
    close: '结束这条',
    closeWhen: '已经找到人、或者不需要了，就结束这条，免得别人再问。',
    closeSure: '结束后别人就看不到了，不能再打开。已经约好的不受影响。',
    closeYes: '是，结束',
    closedDone: '已结束。',
    agreeTitle: (name: string) => `和${name}约好`,
    length: '多久',
    begins: '开始',
    ends: '结束',
    what: '属于哪一种',
    propose: '确认并发给对方',
    proposed: '已发给对方。对方确认后约定成立。',
    will: (sum: string) => `完成后约 ${sum}`,
    closedNote: '这条已经结束。',
    words: (title: string, message: string) => `${title}\n${message}`,
  },

  post: {
    kind: '是什么',
    need: '我需要帮助',
    offer: '我能帮忙',
    subject: '一句话说清楚',
    words: '再说几句',
    wordsHint: '在哪一带、要准备什么。别写门牌号和电话，约好以后再说。',
    length: '大约多久',
    unknown: '说不准',
    category: '类别',
    scope: '给谁看',
    preview: '别人看到的样子',
    send: '发布',
  },

  add: {
    title: '你想做什么？',
    record: '刚帮过人，或刚被人帮过',
    need: '说说你需要什么',
    offer: '说说你能帮什么，或者能借出什么',
    event: '约大家一起做点什么',
  },
}
