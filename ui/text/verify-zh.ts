/**
 * Every word of `verify.html`, in Chinese, which is the source. This page is for people who check a record: words of
 * the trade may stand here, each said in plain words where it is first met.
 */
import type { NotChecked, OffenceCode, RowName, SignedBy } from '#ledger/audit.ts'
import type { Unsaid } from '#ledger/comparison.ts'
import type { EvidenceKind } from '#ledger/evidence.ts'
import type { ExhibitKind, Finding, FindingCode } from '#ledger/exhibit.ts'
import type { RefusalCode } from '#ledger/refusal.ts'
import { steps } from './zh.ts'
import { zhRefusals } from './zh-refusals.ts'

/** What a signature, the chain or the bytes say, in the words of whoever checks; the rules' own reasons stand elsewhere. */
export type OwnOffence =
  | Exclude<OffenceCode, RefusalCode>
  | 'malformed' | 'wrong-sequence' | 'broken-chain' | 'wrong-signature' | 'unknown-device' | 'wrong-generation'

export const verifyZh = {
  language: 'zh' as 'zh' | 'en',
  tag: 'zh-CN',
  title: '核对账本',
  name: '同壹',
  other: 'English',
  lead: '这一页是一个文件。你给它什么，它就在这台设备上查什么，不上传，也不问任何人。',
  give: '给它要查的东西',
  giveNote: '可以一次给几个：保存的凭证（.tlog-proof，或“保存全部凭证”得到的 .zip，不用解开）、完整记录（导出文件）、检查点、证据、信任名单（.policy）或钥匙。给两个同一社区的，会顺便比一比。',
  choose: '选文件',
  drop: '也可以把文件拖到这里',
  paste: '粘贴一段文字',
  pasteLabel: '检查点、凭证、证据、信任名单或钥匙的全文',
  pasteGo: '查这段文字',
  pasted: '粘贴的文字',
  address: '从网址取',
  addressLabel: '社区的网址',
  addressGo: '取来查',
  addressNote: '只有这一步会联网，并且只联你写的这个网址。',
  unreachable: '取不到：地址不对、没有联网，或者对方不让别的页面来取。可以先下载文件，再选文件。',
  print: '打印',
  again: '重新开始',
  saveJson: '保存结论（给程序看）',
  saveEvidence: '保存证据',
  forPrograms: '给程序看的结论',

  waiting: '等着查…',
  running: '正在查…',
  fetching: '正在取…',
  progress: (entries: string, rate: string, left: string | null) =>
    `${entries} 条 · 每秒 ${rate} 条${left === null ? '' : ` · 大约还要 ${left}`}`,
  seconds: (n: number) => (n < 90 ? `${n} 秒` : `${Math.ceil(n / 60)} 分钟`),
  took: (entries: string, seconds: string) => `查了 ${entries} 条，用时 ${seconds}`,
  fault: '这一页自己出了错，请告诉做同壹的人：',

  good: '查过的都对',
  bad: '有不对的地方',
  open: '还不能下结论',
  notAlone: '没有不对的地方，但有几项没有查到，见下表。',
  notOurs: '认不出这个文件',
  notOursNote: '它的开头不是凭证、完整记录、检查点或证据的样子：可能选错了文件，也可能文件坏了。',

  things: {
    export: '完整记录', lines: '完整记录（JSON 行）', checkpoint: '检查点', proof: '凭证', evidence: '证据', policy: '信任名单', key: '钥匙',
  } satisfies Record<ExhibitKind, string>,

  columnCheck: '查什么',
  columnFound: '结果',
  rows: {
    signatures: ['签名', '每一条都由该签的人签过'],
    chain: ['链', '一条接一条，没有少，没有换'],
    tree: ['树', '检查点写的树根，就是这些记录的树根'],
    seals: ['封印', '社区给每一组记录盖的章'],
    checkpoints: ['检查点', '社区对整本账的签名'],
    cosignatures: ['联署', '别的城市对这本账的签名'],
    rules: ['规则', '每一条都是规则许可的'],
    balances: ['余额', '没有凭空多，没有凭空少'],
    digests: ['状态指纹', '社区写进账里的全部状态，重算出来一样'],
    equations: ['各城对账', '几本账放在一起，彼此对得上'],
  } satisfies Record<RowName, [string, string]>,
  ok: (count: string) => `${count} 项，都对`,
  failed: (count: string) => `${count} 项对，下一项不对`,
  notChecked: (count: string) => `${count} 项对，其余没查`,
  notCheckedAtAll: '没查',
  because: {
    'stopped': '遇到第一处不对就停了',
    'no-seals': '这种文件不带封印',
    'no-checkpoint': '社区还没有签过检查点',
    'no-digest': '账里还没有写过状态指纹',
    'no-cosignature': '没有别的城市联署，历史只凭社区自己的话',
    'asked-alone': '没有给别的账本',
    'no-federation': '这个社区还没有和别的城市结伴',
    'logs-missing': '要给齐各城的账本，还差：',
    'different-moments': '几本账不是同一时刻的，请重新导出',
  } satisfies Record<NotChecked, string>,

  firstOffence: '第一处不对',
  places: {
    header: '文件开头', entry: '记录', seal: '封印', checkpoint: '检查点', cosignature: '联署', balances: '余额', equations: '对账',
  },
  atEntry: (seq: string) => `第 ${seq} 条记录`,
  afterEntries: (place: string, seq: string) => `${place}（在前 ${seq} 条之后）`,
  signedBy: '签的人',
  signers: {
    hub: '社区的钥匙', member: '成员', parties: '双方', steward: '会长', newcomer: '新成员', cosigner: '联署者',
  } satisfies Record<SignedBy['signer'], string>,
  withKey: (keys: string) => `，钥匙 ${keys}`,
  offences: {
    'malformed': '这些字节不是一条记录',
    'wrong-sequence': '少了一条，或者站错了位置',
    'broken-chain': '它和下一条接不上：内容改过，或者挪过位置',
    'wrong-signature': '签名不对：内容改过，或者不是本人签的',
    'unknown-device': '签名的钥匙不是这位成员的',
    'unreadable': '这里不该是这样的内容',
    'missing': '该有的东西没有了，文件可能不完整',
    'left-over': '结尾后面还有东西',
    'more-entries': '记录比开头写的多',
    'fewer-entries': '记录比开头写的少',
    'damaged': '读出来的和当初写下的不一样',
    'other-log': '它属于另一本账',
    'bad-seal': '封印不是社区的钥匙签的',
    'wrong-range': '封印盖的不是这几条',
    'wrong-root': '树根和这些记录对不上',
    'wrong-generation': '封印写的恢复次数，和账里记的不一样',
    'unsigned': '不是社区的钥匙签的',
    'beyond-the-log': '检查点说的条数比这里多：少给了记录',
    'unknown-line': '有一行签名认不出、对不上，或者重复',
    'before-the-record': '核对者签名的时间，比它盖住的最后一条还早',
    'two-histories': '同一本账有两个版本',
    'not-in-their-log': '另一个城市的账里，那个位置是别的记录',
    'other-order': '另一个城市的账里，那个位置是别的转账单',
    'other-document': '另一个城市记的城市名单和这里不一样',
    'domain-sum': '子域贡献值加起来不是零',
    'global-sum': '全域贡献值加起来对不上',
    'inflight': '在路上的数和转账单对不上',
    'suspense': '暂存的数和到账记录对不上',
    'pool-held': '社区池里留出的数和申请对不上',
    'member-held': '成员留出的数和申请对不上',
    'member-below-zero': '有成员的余额小于零',
    'books-below-zero': '社区的账户小于零',
    'lifetime-sum': '成员累计贡献加起来，和社区的总数对不上',
    'federation-sum': '各城加起来，和发行的总数对不上',
  } satisfies Record<OwnOffence, string>,
  byTheRules: (what: string) => `规则不许可。平时这样告诉成员：“${what}”`,
  refusals: zhRefusals,
  /** What an entry says, in the words of the members' pages. */
  kinds: steps,

  facts: '这是哪本账',
  origin: '账本名',
  hubId: '社区编号',
  entries: '条数',
  root: '树根',
  checkpointAt: '检查点',
  checkpointIs: (size: string) => `到第 ${size} 条为止`,
  cosignedBy: '联署的',
  nobody: '还没有别人',

  holds: { 'ok': '成立', 'failed': '不成立', 'not-checked': '还不能查' } satisfies Record<Finding['outcome'], string>,
  thingHolds: (thing: string, holds: string) => `${thing}${holds}`,
  taken: '读好了，用来判断别的文件。',
  findings: {
    'unreadable': '样子不对，读不出来',
    'unknown-log': '只有这一个还判断不了：还要知道该信谁的签名。请把信任名单也给它（“公开记录”页可以保存，“保存全部凭证”的文件里也有），或者给它钥匙、这本账的完整记录',
    'not-signed': '不是这本账的钥匙签的，或者有一行签名对不上',
    'quorum-missing': '账本签了，但联署的不够信任名单要求的数',
    'not-a-proof': '不是凭证，或者被改过、被截断了',
    'no-record': '凭证里没有写是哪条记录',
    'other-entry': '记录属于另一本账，或者是另一个位置',
    'not-in-the-tree': '从这条记录走不到签过的树根',
    'too-large': '证据没有这么大的',
    'bad-genesis': '里面的建社区资料不对',
    'bad-receipt': '有一张回执不是这个社区签的',
    'bad-checkpoint': '有一个检查点不是这个社区签的',
    'bad-proof': '里面的证明走不到树根',
    'other-number': '两样说的不是同一条',
    'other-generation': '两样之间隔着一次恢复',
    'other-size': '两个检查点的条数不合这类证据',
    'no-contradiction': '两样可以同时是真的，没有矛盾',
    'other-words': '开头的话和里面的内容不一样',
  } satisfies Record<FindingCode, string>,
  proofOf: '哪一条',
  proofIs: (seq: string, kind: string) => `第 ${seq} 条（${kind}）`,
  recordedAt: '记下的时间',
  ofAccount: '谁的',
  policyIs: '信任名单',
  policySays: (satisfied: boolean): string => (satisfied ? '联署够数' : '联署不够'),
  accused: '被证明的社区',
  compareHubId: '请和你手里那张社区名片上的编号比一比，要一模一样。',
  evidenceKinds: {
    E1: '同一个号码，它给了两条不同的记录盖章。',
    E2: '同样的条数，它签了两个不同的树根：给不同的人看了两本账。',
    E3: '它后来签的账，开头和先前签的不一样：已经签过的被改了。',
    E4: '它答应记下的那条，在它签的账里被换成了另一条。',
  } satisfies Record<EvidenceKind, string>,

  compare: '两样比一比',
  consistent: '是同一本账',
  consistentText: (one: string, other: string) =>
    one === other ? `都是 ${one} 条，树根一样。` : `${one} 条的是 ${other} 条的开头：后来只是接着写，没有改过。`,
  restored: '恢复过',
  restoredText: (at: string) => `从第 ${at} 条起不一样；账里写明了这次从备份恢复。`,
  forked: '账本分叉了',
  forkedText: (at: string | null) =>
    `同一把钥匙签了两个版本${at === null ? '' : `，从第 ${at} 条起不一样`}。请把证据保存下来，交给别的城市。`,
  noBundle: '这两样本身就是证明，请都留好；它们还拼不成一份单独的证据。',
  cannotSay: '还比不出来',
  unsaid: {
    'two-needed': '要正好两样。',
    'not-in-order': '其中一本自己就不对，见上面。',
    'unreadable': '其中一样读不出来。',
    'other-log': '它们是两个社区的账，各有各的历史。',
    'unknown-log': '不知道这本账的钥匙。请把信任名单、钥匙，或者这本账的完整记录也给它。',
    'unsigned': '其中一个检查点不是这本账的钥匙签的，谁的话都不算。',
    'records-needed': '条数不同的检查点，要有完整记录才比得出来。请给一份不少于较大条数的导出文件。',
  } satisfies Record<Unsaid, string>,

  trustTitle: '凭什么信这一页',
  trust: [
    '它和社区的电脑用同一份规则程序，把每一条从头重做一遍。',
    '它是一个文件：可以存下来、发给别人、断网打开。存下来的这一份，社区改不到。',
    '最可靠的做法：从同壹的源程序自己做一份（npm run hub -- verify-page 文件名），或者用命令 npm run audit。',
  ],
  cannot: '它查不出的：社区从没写下的事，和文字后面的真人真事。',
}

export type VerifyTexts = typeof verifyZh
