/** “我的”和它的几页，离开。 */
import type { MeView } from '#protocol/api.ts'
import type { Ratio } from '../format.ts'
import { zhBalance } from './balance.ts'

const bands: Record<MeView['standing']['band'], string> = { high: '高', medium: '中', low: '低' }

export const zhSelf = {
  me: {
    title: '我的',
    story: {
      tookPart: (n: number) => `你参与过 ${n} 次互助。`,
      gave: (d: string) => `你为邻居付出过 ${d}。`,
      helped: (names: string) => `你帮助过${names}。`,
      wasHelped: (names: string) => `${names}帮助过你。`,
      none: '你的故事，从第一次互助开始。',
    },
    valueTitle: '贡献值',
    local: '本地',
    inAYear: (sum: string) => `一年后约 ${sum}。贡献值会慢慢流走，用起来最好。`,
    held: (sum: string) => `其中已留给约定 ${sum}`,
    global: '通用',
    globalNote: '可以带去相连的城市。',
    levelTitle: '等级',
    lifetime: (sum: string) => `一共贡献过 ${sum}，这个数不会减少。`,
    standingTitle: '协作信用',
    standing: bands,
    isNew: '你还是新成员，从“中”开始。',
    standingNote: '来自最近一年的评价、守约和参与，只有你自己看得到。',
    points: (n: string) => `${n} / 1000`,
    awardsTitle: '每一笔贡献值',
    noAwards: '还没有。完成一次互助就有了。',
    why: '为什么是这个数',
    awardWith: (name: string) => `和${name}`,
    agreementsTitle: '约定',
    noAgreements: '还没有约定。',
    helpsTitle: '记过的帮助',
    noHelps: '还没有。',
    convertTitle: '换成通用贡献值',
    convertNote: ({ local, global }: Ratio, level: number) =>
      `${local} 本地换 ${global} 通用，带去其他城市用。要 L${level}、协作信用“高”，每季度有上限。`,
    convertAmount: '换出多少本地贡献值',
    convertGets: (sum: string) => `得到约 ${sum}`,
    convertSend: '换',
    converted: '换好了。',
    badAmount: '请填一个数，例如 60。',
    receiptsTitle: '回执',
    receiptsNote: '每做一步，社区都给你一张回执，存在这台设备上。社区以后不能说没有这回事。',
    noReceipts: '这台设备上还没有回执。',
    receipt: (seq: number) => `第 ${seq} 条`,
    receiptsOpen: (n: number) => `看看这 ${n} 张回执`,
    receiptsElsewhere: (n: number) => `下面 ${n} 张记在别的城市的记录里，凭证由那座城市出，这里不能替它核对。`,
    recorded: '已记录',
    witnessed: (cities: number) => `已记录 → ${cities} 座城市见证`,
    saveProof: '保存凭证',
    receiptBroken:
      '社区给过你回执，公开记录里这个编号却是另一条。社区若刚从备份恢复，可能是丢了；不然请保存证据，交给别的城市的会长。',
    saveAll: (n: number) => (n === 1 ? '保存这份凭证' : `保存全部 ${n} 份凭证`),
    savedAll: (saved: number, left: number) =>
      `保存了 ${saved} 份凭证。${left === 0 ? '' : `另外 ${left} 份还不能保存，一分钟后再试。`}`,
    savedNone: '现在还没有可以保存的凭证，一分钟后再试。',
    proofNote: (hasCities: boolean) =>
      `凭证是一个文件，里面有这条记录，还有${hasCities ? '社区和见证过它的城市' : '社区'}的确认。自己收好，几年后社区的电脑不在了也能核对：先把凭证都保存下来，再打开下面的“核对页”，把那个文件整个交给它。`,
    checkProofs: '核对页',
    proofLater: '一分钟内可以保存',
    receiptUnchecked: '已保存，还没能核对',
    receiptBad: '对不上，请告诉会长',
    deviceTitle: '这台设备',
    deviceId: '设备编号',
    devicePlain:
      '证明你身份的钥匙存在这台设备上，没有设密码。能打开这台设备的人，就能用你的名义操作。',
    devicePin: '证明你身份的钥匙存在这台设备上，用密码锁着。',
    deviceLost:
      '清除浏览器数据，这台设备上的钥匙就没了。最好再添一台；一台都不剩时，带新手机或电脑去见会长，当面认出你，它就代替旧的，贡献值和记录都不变。',
    insecure: '这个网址没有加密（http）。在自家或社区的网络里没有问题，在外面请用 https 网址。联系不上社区时，打开着的页面可以接着看，记帮助、确认、评价会先收好；关掉就要等连上。',
    pinSet: '设一个密码',
    pinNew: '新密码（至少 6 位）',
    pinNote: '请抄下来收好。忘了密码，会长也打不开。',
    pinSave: '保存',
    pinSaved: '已锁好。以后每次打开页面，第一次操作时要输入密码。',
    pinRemove: '去掉密码',
    pinRemoved: '已去掉密码。',
    languageTitle: '语言',
    out: '退出登录',
    outNote: '这台设备还认得你，随时可以再登录。',
    awardKinds: { agreement: '约定', help: '记一次帮助', abroad: '在其他城市', session: '带活动', project: '项目', work: '为社群做的事' } as Record<'agreement' | 'help' | 'abroad' | 'session' | 'project' | 'work',
      string
    >,
  },

  balance: zhBalance,

  leaving: {
    inviteTitle: '邀请一位邻居',
    inviteNote: (days: number) => `做一个只能用一次的链接，发给你认识的人，${days} 天内有效。对方仍要当面见会长。`,
    inviteMake: '做一个邀请链接',
    inviteLink: '发给对方的链接',
    invited: '做好了，请发给对方。',
    title: '删除文字，或离开社区',
    eraseNote: '删除文字：你的名字、写过的说明和留言从社区的电脑上删掉，找不回来。次数和贡献值的记录还在，不再带名字。',
    erase: '删除我的文字',
    eraseYes: '确认删除，找不回来',
    erased: '已记下，社区正在删除。',
    leaveNote: '离开社区：先把手上的约定做完。剩下的贡献值归公共池，这个账户以后不能再用。',
    leave: '离开社区',
    leaveYes: '确认离开',
    left: '你已经离开社区。谢谢你做过的一切。',
  },
}
