/** 发现、发布、找到合适的：这几页的话。 */
import type { ListedResource, Return } from '#protocol/listing.ts'
import type { DraftKind } from '../listing-draft.ts'

const returns: Record<Return, string> = {
  'cv': '贡献值', 'lodging': '住处', 'meals': '吃饭', 'skill-swap': '互相教一样', 'culture': '文化交流', 'money-note': '另付费用（当面谈）',
  'thanks': '一声谢谢',
}
const resources: Record<ListedResource, string> = { room: '住处', vehicle: '车辆', tool: '工具', workspace: '场地', bicycle: '自行车' }
const units: Record<ListedResource, (n: number) => string> = {
  room: (n) => `${n} 晚`, vehicle: (n) => `${n} 天`, tool: (n) => `${n} 天`, workspace: (n) => `${n} 天`, bicycle: (n) => `${n} 周`,
}
const titles: Record<DraftKind, string> = { need: '我需要帮助', skill: '我能帮忙', resource: '我能借出', event: '办活动' }
const hints: Record<DraftKind, string> = {
  need: '例如：修水龙头，周六', skill: '例如：教你用手机拍照', resource: '例如：一间朝南的客房', event: '例如：周日一起包饺子',
}

export const zhMarket = {
  returns,
  resources,
  units,
  titles,
  hints,
  form: {
    when: '什么时候',
    whenNote: '不写就等约好时再定。',
    whenEvent: '什么时候开始',
    resource: '借出什么',
    resourceNeed: '要借什么（不借东西就不选）',
    other: '别的',
    none: '不借东西',
    returns: '可以怎样回报',
    returnsOffer: '希望怎样回报',
    returnsNote: '可以选几样，也可以不选；最后怎样，由两个人约好。',
    more: '更多，可以不填',
    tags: '关键词',
    tagsNote: '用空格分开，最多六个，例如：做饭 英语',
    languages: '用什么语言',
    place: '大概在哪一带',
    placeNote: '只写街区，例如：玉林。门牌号等约好以后再说。',
    coordinates: '地图上的位置',
    coordinatesNote: '经纬度，例如 30.63, 104.05。只保留五公里左右的一格，别人看不到准确地点。',
    coordinatesWrong: '这不像一个经纬度，先不记位置。',
    here: '用这台设备的位置',
    hereFailed: '这台设备没有给出位置，可以自己填。',
    places: '最多几位',
    placesNote: '0 表示不限。',
    level: '对方至少几级',
    anyLevel: '都可以',
    online: '可以在网上进行',
    draft: '上次没发完，已经接着写。',
    drop: '清空重写',
    change: '改这一条',
    changeTitle: '改一改',
    changed: '改好了。',
    changeNote: '改了以后，看过的城市会收到新的一版。只能给更多人看，不能收窄；想收窄就结束这条再写。',
    sentUntil: (date: string) => `发布了，${date}前有效。有人应声时，首页会告诉你。`,
  },
  facts: {
    returns: '可以的回报',
    slots: '时间',
    place: '哪一带',
    placeNote: '大概位置；准确地点约好以后由对方告诉你。',
    cell: '附近五公里左右',
    places: '名额',
    placesUpTo: (n: number) => `最多 ${n} 位`,
    level: '等级',
    levelFrom: (n: number) => `${n} 级以上`,
    online: '可以在网上进行',
    tags: '关键词',
    languages: '语言',
    resource: '种类',
  },
  explore: {
    kinds: { all: '全部', needs: '需求', resources: '资源', skills: '技能', events: '活动' },
    filters: '筛选和排序',
    anyReturn: '都可以',
    from: '从什么时候',
    to: '到什么时候',
    level: '要求的等级',
    anyLevel: '不限',
    myLevel: (n: number) => `我够得上的（${n} 级）`,
    sort: '先看',
    sorts: { relevance: '最合适的', freshness: '最新的', distance: '离选中的地方最近的' },
    distanceNote: '先在地图上点一个地方，就可以按远近排。',
    shown: '怎么看',
    views: { list: '列表', map: '地图', days: '日历' },
    reset: '清空筛选',
    more: '后面还有，加一个词或一个筛选就看得到。',
  },
  map: {
    label: '大概在哪里',
    empty: '这些都没有写在哪一带。',
    note: '每个圆是五公里左右的一格，数字是那里有几条。点一下只看那里。',
    placeless: (n: number) => `另有 ${n} 条没写地点。`,
    spot: (name: string, n: number) => `${name}，${n} 条`,
  },
  days: { empty: '这些都没有写时间。' },
  /** 借出的东西，用一份先算好。 */
  use: {
    title: '用一次先算好',
    one: (unit: string, sum: string) => `${unit}：${sum}`,
    longStay: (from: string, percent: string) => `满 ${from}，每份按 ${percent}。`,
    note: '热度和时长约好时才定，约定上会写清楚。',
    unlisted: '本社区的价目里没有这一样，使用不花贡献值。',
  },
  secret: {
    label: '在哪里碰面、怎么联系（只有你们两个看得到）',
    note: '门牌号、电话写在这里，不会出现在发布的内容里，也不会发到别的城市。',
    line: (text: string) => `碰面和联系：${text}`,
  },
}
