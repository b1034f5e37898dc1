/**
 * Every way the record or the hub's door says no, in Chinese: what happened, why, what to do.
 */
import type { DoorRefusal } from '#protocol/api.ts'
import type { Matter, RefusalCode } from '#ledger/refusal.ts'
import { type Told, type Words, words } from '../words.ts'

const nothingLost = '没有写入任何记录，也没有丢失什么'
const tellSteward = '请刷新再试一次；还不行，把下面的代码告诉会长'
const stewardsOnly = '这是社区之间的步骤，不影响你的贡献值；社区会自己再试'

/** What somebody has open who wants to go. */
const matters: Record<string, string> = {
  agreement: '有一个约定',
  help: '有一次记下的帮助',
  session: '有一次报了名或由你带的活动',
  project: '有一个你参加的项目',
  work: '有一件还没看完的社群贡献',
  transfer: '有一笔跨城往来',
  organisation: '有一个只靠你代签的机构',
  case: '有一件关于你的事正在处理',
  hold: '有一笔留给别人的贡献值',
} satisfies Record<Matter, string>

export const zhRefusals: Record<RefusalCode, Told> = {
  'malformed': words('这一步没有记下来', '发出的内容不完整', tellSteward),
  'foreign-log': words('这条记录不属于本社区', '它来自另一个社区的记录', tellSteward),
  'wrong-sequence': words('记录的顺序不对', '中间少了或多了一条', tellSteward),
  'broken-chain': words('记录没有接上', '它和上一条对不上', '请告诉会长，先不要继续操作'),
  'time-went-back': words('时间倒退了', '社区的电脑时钟比上一条记录还早', '请会长校准电脑时间'),
  'tick-missing': words('今天还没有开始记录', '社区每天先记一条日期', '请过一会儿再试'),
  'tick-twice': words('今天已经开始记录了', '每天只记一次日期', '不用做什么'),
  'not-founded': words('社区还没有建成', '第一步设置还没有完成', '请用安装时给出的链接完成设置'),
  'already-founded': words('社区已经建成了', '设置只做一次', '直接打开首页，加入或登录'),
  'bad-genesis': words('建社区的资料有问题', '名称、城市或日期不符合要求', '请检查后重新填写'),
  'bad-charter': words('公约有问题', '公约的数字彼此矛盾', '请换一份公约再试'),

  'wrong-signature': words(
    '没能确认是你本人',
    '这台设备的钥匙和你的账户对不上',
    '请退出后重新登录，或用加入时的那台设备打开',
  ),
  'unknown-member': words('找不到这位成员', '本社区没有这个账户', '请对方先加入社区'),
  'unknown-device': words('这台设备还不属于你的账户', '社区没有记下这台设备', '请用加入时的那台设备打开'),
  'not-attested': words(
    '还差会长当面确认',
    '每位成员都要由会长当面见过，才能参与互助',
    '请约会长见一面，确认后马上就能用',
  ),
  'not-a-steward': words('这一步只有会长能做', '公约把它交给了会长', '请联系会长'),
  'not-for-guests': words(
    '外地成员暂时不能这样做',
    '这一步只对本社区的成员开放',
    '请在你自己的社区里操作',
  ),
  'restricted': words('你的账户目前受限', '按社区的处理决定，这一步暂时不能做', '仍然可以帮助别人；请向会长了解什么时候恢复'),
  'banned': words('这个账户已经停用', '社区按公约作出了决定', '可以在期限内申诉，或联系会长'),
  'departed': words('这位成员已经离开社区', '离开之后，这个账户不再参与新的事', '请找别的成员；想回来请联系会长'),
  'id-taken': words('这一步已经记过了', '同样的内容已经在记录里', '刷新看看，不用再按一次'),
  'expired': words('这一步过期了', '从打开到提交隔得太久', '请重新打开页面再做一次'),
  'expires-too-late': words('期限太长', '一步最多提前三十天', '请检查设备的日期和时间'),
  'unseen-branch': words(
    '你看到的记录不是最新的',
    '社区的记录和这台设备看到的不一致',
    '请刷新页面再试；如果一直出现，请告诉会长',
  ),

  'account-taken': words('这个账户已经有了', '同一个账户不能加入两次', '请直接登录'),
  'bad-key': words('这台设备的钥匙不能用', '钥匙的格式不合要求', '请换一个浏览器再试一次'),
  'key-taken': words('这台设备已经属于一位成员', '一台设备只对应一个账户', '请直接登录'),
  'other-charter': words('公约刚刚更新过', '你读到的不是现在的公约', '请刷新，重新读一遍再加入'),
  'already-attested': words('这位成员已经确认过了', '会长只需要确认一次', '不用做什么'),
  'self-attested': words('不能确认自己', '要由另一位会长当面确认', '请另一位会长来做'),
  'already-invited': words('这张邀请已经记过了', '同一个邀请码只能用来邀请一次', '请另做一张邀请'),
  'unknown-invitation': words('这张邀请不能用了', '它已经有人用过，或者过了期限', '请对方再发一张，或者直接申请加入'),
  'limit-reached': (s) =>
    words('已经到了上限', `这里同时最多 ${s.raw('most')} 个`, '先用完或取消一个，再来添一个'),

  'key-unproved': words('没能确认新设备', '号码和新设备显示的不一致', '请在新设备上重新打开，再抄一次号码'),
  'last-device': words('这是你最后一台设备', '停用了它，你就进不来了', '请先添一台新设备，再停用这一台'),
  'own-recovery': words('不能给自己换新设备', '丢了设备的人要由别的会长来确认', '请别的会长来做'),
  'recovery-open': words('已经有一次换新设备在等着', '每位成员同时只能有一次', '等它到期，或者先叫停它'),
  'no-recovery': words('没有正在等的换新设备', '它已经生效，或者被叫停了', '请刷新看看'),
  'persons-only': words('这一步只能由个人来做', '机构和小组只参与互助', '请用你自己的账户'),
  'too-few-signers': (s) =>
    words('代签人还不够', `小组至少要 ${s.raw('needed')} 位成员答应代签`, '请先提名，等对方答应'),
  'already-signer': words('已经提名过这一位了', '一个人只提名一次', '等对方答应'),
  'not-a-signer': words('你不是代签人', '这一步要由代签人来做', '请找它的代签人'),
  'last-signer': words('还不能少了这一位', '少了就没有足够的人代签', '请先添一位代签人'),
  'still-open': (s) =>
    words('还有事没有结束', `${matters[s.raw('what')] ?? '有一件事'}还在等着`, '请先完成、取消或交给别人，再离开'),
  'last-steward': words('你是最后一位会长', '没有会长，社区就办不了事', '请先请一位成员当会长'),
  'other-record': words('要带走的记录刚刚变了', '刚才又有一次贡献记了进来', '请刷新后再做一次'),
  'already-asked': words('今天已经要求过了', '一天只需要一次', '明天还有要删的，可以再来'),

  'digest-misplaced': words('总账指纹写错了地方', '它只能紧跟在新一天的开头之后', '请告诉会长，这是社区电脑上的程序出了错'),
  'wrong-digest': words('总账指纹对不上', '按记录重新算出来的结果和写下的不一样', '请告诉会长，这是社区电脑上的程序出了错'),

  'wrong-generation': words('这不是下一次恢复', '恢复的次数对不上', '请会长刷新页面再确认一次'),
  'nothing-given-up': words('恢复时没有放弃什么', '说是放弃的记录，其实都在', '请会长刷新页面再确认一次'),
  'other-tree': words('记录又变了', '会长确认之后，社区的记录多了或少了', '请会长刷新页面再确认一次'),
  'not-enough-stewards': words('还差会长的确认', '从备份恢复要几位会长一起同意', '请其他会长也打开这一页确认'),
  'unknown-restore': words('没有这次恢复', '记录里没有写下这次恢复', '请刷新看看'),
  'not-lost': words('这一条没有丢', '它在恢复的位置之前，还在记录里', '不用做什么'),
  'already-claimed': words('已经登记过了', '同一张回执只登记一次', '不用做什么'),

  'same-person': words('两边是同一个人', '互助要有两个人', '请选择另一位成员'),
  'not-a-party': words(
    '这件事里没有你',
    '只有约好的两个人可以操作',
    '请检查是不是打开了别人的约定',
  ),
  'bad-interval': words('时间不对', '结束要晚于开始，开始不能早于三十天前', '请改一下开始和结束的时间'),
  'ends-too-late': (s) =>
    words('时间太远', `最晚只能约到 ${s.moment('latest')}`, '请选一个更近的时间'),
  'minutes-out-of-range': (s) =>
    words(
      '时长不合适',
      `这里最多 ${s.duration('most')}，最少 1 分钟`,
      '请改一下时长，或者分几次记',
    ),
  'time-not-passed': (s) =>
    words(
      '还没有过去这么多时间',
      `算上帮忙的人已经记下的，到现在为止这里最多还能记 ${s.duration('most')}`,
      '请改少一些，或者过几天再记',
    ),
  'unknown-agreement': words('找不到这个约定', '它不在本社区的记录里', '请刷新看看'),
  'wrong-phase': words(
    '现在不是做这一步的时候',
    '这件事已经往前走了，或者还没走到这里',
    '请刷新看看现在到了哪一步',
  ),
  'not-begun': (s) =>
    words('还没到开始的时间', `约好的时间是 ${s.moment('begins')}`, '到时候再来签到'),
  'already-checked-in': words('你已经签到了', '每人签到一次就够了', '不用做什么'),
  'own-report': words('要由对方来确认', '时长是你报的，不能自己确认', '请等对方确认'),
  'other-minutes': (s) =>
    words(
      '时长对不上',
      `对方报的是 ${s.duration('reported')}`,
      '请刷新后按对方报的时长确认，或选“有出入”',
    ),
  'unknown-help': words('找不到这次帮助', '它不在本社区的记录里', '请刷新看看'),
  'day-in-future': words('日期在将来', '只能记已经发生的帮助', '请选今天或更早的日期'),
  'day-too-old': (s) =>
    words('日期太早了', `最早只能补记 ${s.day('oldest')}的帮助`, '请选更近的日期，或者请会长帮忙'),
  'guest-cannot-receive': words(
    '暂时不能接受外地的帮助',
    '外地成员可以来帮忙，接受帮助请在自己的社区',
    '请在自己的社区发布需求',
  ),
  'unknown-session': words('找不到这次活动', '它不在本社区的记录里', '请刷新看看'),
  'already-joined': words('已经报名了', '每人报一次', '到时候来就行'),
  'not-joined': words('没有报名', '名单里没有这一位', '请先报名，再签到'),
  'already-over': (s) => words('已经过了时间', `${s.moment('ended')} 就结束了`, '请写信给带活动的人'),
  'other-code': words('到场码不对', '它不是这一次的', '请再扫一次，或者请对方再念一遍'),
  'unknown-slip': words('这张服务券不能用', '券号不对，或者已经用过', '请换一张，或者看清楚号码'),
  'unknown-care-plan': words('找不到这个照护计划', '它不在本社区的记录里', '请刷新看看'),
  'other-demand': (s) =>
    words('需求热度已经变了', `现在是 ${s.factor('expectedPerMille')}，价格也跟着变了`, '请双方按新的价格重新签'),
  'slot-taken': (s) =>
    words(
      '这段时间已经有人约了',
      `到 ${s.moment('free')} 才空出来`,
      '请换一个时间，或者问问提供的人',
    ),
  'not-returned': words('上一位还没有还回来', '还不知道什么时候空出来', '还回来以后再约，或者问问提供的人'),
  'not-a-booking': words('这不是借用', '只有借出去的东西才要还', '做完以后报告时长就行'),
  'already-returned': words('已经还了', '归还只记一次', '不用做什么'),
  'nothing-to-correct': words('不用更正', '记录里已经是这个时长', '请看看是不是选错了'),
  'own-matter': words('这件事与你有关', '当事人不能替自己裁定', '请另一位会长来看'),

  'demand-out-of-range': (s) =>
    words(
      '需求热度超出了公约的范围',
      `平时是 1 倍，公约允许 ${s.factor('leastPerMille')} 到 ${s.factor('mostPerMille')} 倍`,
      '换一个范围里的数字',
    ),
  'gate-closed': words('公约没有开放这种办法', '名额不够时怎么选，由公约决定', '换一种选人的办法'),
  'unknown-project': words('找不到这个项目', '本社区没有记下它', '请刷新看看'),
  'already-applied': words('你已经报过名了', '每人报名一次', '等报名截止后公布名单'),
  'not-applied': words('你没有报名这个项目', '没有可以撤回的报名', '请刷新看看'),
  'no-auction': words('这里不用出价', '这个项目的名额不靠出价来定', '直接报名就好'),
  'lifetime-too-low': (s) =>
    words(
      '还差一点才能报名',
      `这个项目要求累计贡献 ${s.cv('neededMilli')}，你现在是 ${s.cv('lifetimeMilli')}`,
      '先参加别的互助，或者问问发起人',
    ),
  'count-out-of-range': (s) =>
    words('数目不对', `这里最多 ${s.raw('most')}`, '请改成不超过这个数'),
  'shares-out-of-range': (s) =>
    words(
      '份额不对',
      `核心组织者每人最多 ${s.percent('coreMaxPerMille')}，参与者最多 ${s.percent('participantMaxPerMille')}，加起来不超过 100%，每份都要大于零`,
      '改一改各人的份额',
    ),
  'other-report': words('报告已经改过了', '你看到的不是最新的一份', '刷新后再看一遍'),
  'unknown-work': words('找不到这件社群贡献', '本社区没有记下它', '请刷新看看'),
  'already-valued': words('你已经说过它有用了', '每人说一次', '不用做什么'),
  'already-judged': words('另一位会长已经看过它', '每件社群贡献只评定一次', '不用做什么'),
  'no-grounds': words('还没有写明缘由', '要有系统的提醒，或者某位成员的投诉，才能开始处理', '请补上其中一样再试'),
  'unknown-case': words('没有这件事', '它不在本社区的记录里', '请回到“需要看一看的事”再找'),
  'matter-in-case': words('这次互助已经在处理', '同一次互助不会为同一个人处理两遍，有了结论也不再更正', '请打开那一件看看'),
  'flag-holds-nothing': words('这一类提醒不动任何人的贡献值', '夫妻、家人和好邻居也常常是这个样子', '什么都不暂停也可以开始处理，先听当事人说'),
  'conflict-of-interest': words('你和当事人有过往来', '近九十天和当事人有过互助的人，不参与决定', '请没有来往的会长来看'),
  'not-on-panel': words('这件事不由你来定', '由谁来定，开始处理时就定好了', '不用做什么'),
  'already-answered': words('你已经回应过了', '回应一次，会和决定一起留着', '如果有了决定，你还可以申诉'),
  'notice-not-over': (s) =>
    words('还要等对方回应', `对方可以回应到 ${s.moment('until')}`, '回应之后，或者过了那一刻，就可以决定'),

  'already-rated': words('你已经评价过了', '每人评价一次', '等双方都写完就会公开'),
  'rating-closed': words('评价已经结束', '过了可以评价的日子，没有写就算满意', '不用做什么'),
  'no-commitment': words('还没有评价', '这一位还没有写评价', '不用做什么'),
  'other-commitment': words('评价对不上', '公开的评价和当时写下的不一样', '请告诉会长'),
  'too-early': (s) =>
    words('还没到公开的时候', `双方都写完，或到 ${s.moment('opens')} 才公开`, '请等一等'),

  'as-before': words('已经是这样了', '这一步不会改变什么', '不用做什么'),
  'gifts-closed': words('本社区没有开放赠送', '贡献值来自帮助别人，公约没有开放赠送', '可以直接帮对方一次忙'),
  'service-not-offered': words('本社区没有这项服务', '公约里没有列出它', '请看看公约里有哪些服务'),
  'category-mismatch': words('技能没有选对', '认证要说明是哪一项技能，其他服务不用', '请重新选择'),
  'not-asked-for': words('这位成员没有在申请这项认证', '认证由本人申请，过期或通过后就结束', '请对方先申请'),
  'other-skill': words('你还没有做过这类帮助', '一项技能要由做过同类帮助的同伴来认证', '请做过这类帮助的成员来认证'),
  'redemption-closed': words('本社区没有开放伙伴兑换', '公约没有开放这一项', '可以提议修改公约'),
  'not-a-partner': words('这一步由伙伴机构来做', '只有机构账户能提供兑换', '请用机构的账户'),
  'unknown-offer': words('这份兑换已经没有了', '名额用完，或过了最后一天', '请看看别的'),
  'unknown-redemption': words('这次兑换已经结束', '它已经收到、退回，或过了期限', '不用做什么'),
  'deposit-closed': words('本社区没有信任押金', '公约没有开放这一项', '不用做什么；参与互助从来不需要押金'),
  'unknown-plan': words('没有这个方案', '它和公约里列出的对不上', '请检查后重新填写'),
  'commission-out-of-range': (s) =>
    words('服务费不在公约的范围内', `应在 ${s.percent('leastPerMille')} 到 ${s.percent('mostPerMille')} 之间`, '请检查金额'),
  'reserve-closed': words('本社区没有开设时间储备', '公约没有开放这一项', '可以提议修改公约'),
  'reserve-ceiling': (s) =>
    words('社区的时间储备到了上限', `全社区现在最多还可以存入 ${s.cv('leftMilli')}`, '请减少一些，或过一阵再存'),
  'reserve-locked': words('时间储备还不能取用', '年满公约的年龄、遇到困难或亲属需要时才能取用', '请会长们一起确认你的情况'),
  'not-a-newcomer': words('这位成员已经不是新人', '给新人的一份只在加入后的第一年内给', '确有困难的，可以按困难给予'),
  'already-granted': words('新人的一份已经给过了', '每位新人只给一次', '确有困难的，可以按困难给予'),
  'above-limit': (s) => words('超过了公约的限额', `现在最多还可以是 ${s.cv('leftMilli')}`, '请减少一些再试'),
  'commons-too-small': (s) =>
    words('公共池不够', `公共池现有 ${s.cv('availableMilli')}，这一步要 ${s.cv('askedMilli')}`, '请减少一些，或等公共池有了再给'),
  'no-person': words('这一步只能是个人', '机构和小组没有等级、投票和职务', '请选一位代表它的人'),
  'already-recommended': words('你已经推荐过这位邻居', '每个人的推荐只算一次', '不用做什么'),
  'not-recommended': words('没有可以收回的推荐', '你没有推荐过，或者已经收回', '不用做什么'),

  'unknown-role': words('这里没有这项职务', '公约里没有列出', '请从公约的职务里选一项'),
  'no-contribution': words('这位邻居还没有帮过人', '按公约，先有一次贡献才能任职', '先记下第一次帮助，再来提名'),
  'not-offered': words('现在不能接受这项职务', '没有人提名你，或者过了接受的期限', '请问问会长'),
  'not-held': words('这项职务没有人担任', '它已经结束了', '请刷新看看'),
  'unknown-proposal': words('没有这项提议', '它不在本社区的记录里，或者是另一类提议', '请刷新看看'),
  'not-in-electorate': words('这件事你没有投票权', '提出时有投票权的人才能投票，之后不再加人', '从现在起提出的事，你有资格就可以投'),
  'charter-fault': (s) =>
    words('这样的公约行不通', '有的数字彼此矛盾，或者超出范围', '在“公约与投票”里改好再提议；看不出哪里不对，请告诉会长'),
  'amendment-ahead': (s) =>
    words('刚刚通过了另一项修改', `它在 ${s.moment('effect')} 生效`, '请等它生效以后，在它的基础上再提议'),
  'nothing-asked': words('没有填数目', '填的是零', '请填一个大于零的数'),
  'level-too-low': (s) =>
    words(
      '等级还不够',
      `现在是 L${s.raw('level')}，这一步要 L${s.raw('needed')}`,
      '多参与几次互助，等级会自己上来',
    ),
  'standing-too-low': words(
    '协作信用还不够',
    '最近一年的约定和评价决定协作信用，这一步要“高”',
    '按约完成几次互助，信用会慢慢上来',
  ),
  'insufficient-cv': (s) =>
    words(
      '贡献值不够',
      `现在有 ${s.cv('availableMilli')}，这一步要 ${s.cv('askedMilli')}`,
      '请减少一些，或者先帮邻居一次',
    ),
  'quarter-full': (s) =>
    words(
      '这个季度换满了',
      `每位成员每季度有上限，还能换 ${s.cv('leftMilli')}`,
      '少换一点，或者下个季度再来',
    ),
  'year-full': (s) =>
    words('今年已经到了上限', `今年还可以是 ${s.cv('leftMilli')}`, '请减少一些，或明年再来'),
  'pool-too-small': (s) =>
    words(
      '社区暂时换不了这么多',
      `社区的通用贡献值还有 ${s.cv('availableMilli')}`,
      '少换一点，或者过些日子再来',
    ),

  'no-federation': words(
    '本社区还没有和其他城市相连',
    '这一步要先和另一个城市结成联盟',
    '会长可以在“会长”页的“相连的城市”里交换名片',
  ),
  'unknown-hub': words('不认识这个社区', '它不在我们相连的城市里', '请会长检查名片'),
  'no-community': words('那是见证箱，不是城市', '它只保存副本、参加投票，没有成员', '请选一个城市'),
  'no-will': words(
    '那个城市没有说过由谁接手',
    '只有它自己的会长们事先同意过，才能替它收尾',
    '如果它再也回不来，其他城市可以另结一个联盟',
  ),
  'not-silent': words(
    '现在还不能替那个城市收尾',
    '它沉默还不到三十天，它预告的日子也还没到',
    '再等等，也请试着联系它的会长',
  ),
  'guest-known': words('这位外地成员已经来过', '不用再登记一次', '不用做什么'),
  'bad-evidence': words(
    '没能核对对方社区的证明',
    '给出的证明对不上',
    '请过一会儿再试，或请对方社区的会长看看',
  ),
  'unknown-transfer': words('找不到这笔跨城往来', '记录里没有它', '请刷新看看'),
  'not-an-award': words('这不是一次互助的奖励', '这笔往来没有对应的约定', stewardsOnly),
  'already-counted': words('这次贡献已经算过了', '同一次贡献只算一次', '不用做什么'),
  'award-too-large': (s) =>
    words('贡献值超出了约定', `按约定最多 ${s.cv('mostMilli')}`, stewardsOnly),
  'bad-document': words('城市名单有问题', '名单的格式不对', stewardsOnly),
  'wrong-version': words('城市名单不是最新的', '已经有更新的一份', stewardsOnly),
  'signatures-missing': (s) =>
    words(
      '还差其他城市的同意',
      `需要 ${s.raw('needed')} 个，现在有 ${s.raw('got')} 个`,
      stewardsOnly,
    ),
  'reports-missing': (s) =>
    words(
      '还差其他城市的回报',
      `需要 ${s.raw('needed')} 个，现在有 ${s.raw('got')} 个`,
      stewardsOnly,
    ),
  'not-in-document': words('名单里没有本社区', '收到的城市名单不包括我们', stewardsOnly),

  'own-hub': words('这就是本社区', '跨城往来要有另一个城市', '请选别的城市'),
  'hub-frozen': words(
    '与这个城市的往来已冻结',
    '它的公开记录给出了两个互相矛盾的说法，现在不往那里送贡献值',
    '可以在“相连的城市”里看证据；冻结前的记录都不变',
  ),
  'offence-settled': words(
    '这件事各城市已经了结',
    '所有城市都同意，从这件事以后接着往来，不再为它冻结',
    '大家同意的写在城市名单里',
  ),
  'no-keys-yet': words(
    '跨城往来还没有开通',
    '会长还没有启用本社区的往来',
    '请会长在待办里确认“启用往来”',
  ),
  'bad-expiry': words('期限不对', '期限要在将来，也不能太远', '请刷新后再做一次'),
  'no-award-due': words('没有要送出的贡献值', '这个约定的已经送出，或者还没有完成', '请刷新看看'),
  'other-amount': words('数目对不上', '该送出的数目和这一步填的不一样', '请刷新后再做一次'),
  'transfer-mismatch': words('和登记的内容对不上', '收的人、城市或数目不一致', '请刷新后再看一遍'),
  'already-approved': words('你已经同意过了', '每位会长同意一次', '等其他会长同意'),
  'wrong-slot': words('顺序变了', '在你之前已经有另一笔往来', '请刷新后再做一次'),
  'bad-order': words('这笔往来单有问题', '写下的数目、日期或顺序不对', stewardsOnly),
  'slot-open': words('上一笔往来还没有完成', '要等其他城市核对完上一笔', '请过一会儿再试'),
  'nothing-to-certify': words('没有等待核对的往来', '都已经核对完了', '不用做什么'),
  'bad-certificate': words('核对结果不成立', '其他城市的同意不够或对不上', stewardsOnly),
  'certificate-skipped': words('中间漏了一笔往来', '要先收到更早的那一笔', stewardsOnly),
  'nothing-for-us': words('这笔往来和本社区无关', '里面没有给我们的', stewardsOnly),
  'wrong-dispositions': words('入账方式对不上', '到账还是暂挂，和公约算出来的不一样', stewardsOnly),
  'nothing-to-acknowledge': words('没有等待回执的往来', '对方已经回过了', '不用做什么'),
  'not-suspended': words('这笔往来没有暂挂', '可能刚刚已经放行或退回', '请刷新看看'),
  'more-than-left': words('超过了剩下的数目', '这笔里没有这么多还暂挂着', '请刷新后再做一次'),
  'above-transfer-max': (s) =>
    words('超过了一次可以送来的', `那个城市一笔最多放行 ${s.cv('mostMilli')}`, '请先调高一次最多送来的数目，或退回'),
  'bad-trust': (s) =>
    words(
      '这些限额彼此对不上',
      s.raw('because') === 'level' ? '可以认的等级是 1 到 5' : '作证的城市每个只写一次，不能是那个城市自己，要求的个数不能多过写上的',
      '请改一下再保存',
    ),
  'grows-too-fast': (s) =>
    words('信任要一步一步来', `现在最多可以到 ${s.cv('mostMilli')}：一次最多翻一倍，之后 90 天不再调高`, '请先少调一些，以后再调高'),
}

/** Why the board did not take it, where there is something that a member can do. */
const listingRefusals: Record<string, Words> = {
  'not-attested': words('还不能发布', '会长还没有当面确认你', '请去见会长，确认后马上就能发布'),
  'closed': words('这一条已经结束了', '发布的人刚刚结束了它', '看看别的需求'),
  'metadata': words('这张照片里还带着别的信息', '照片里只能有照片本身', '请在“发布”页重新选一次，由这台设备重新画过'),
  'dimensions': words('这张照片太大了', '每边最多 1600 点', '请在“发布”页重新选一次'),
  'too-large': words('这张照片太大了', '一张最多 112 KB', '请换一张小一点的'),
  'not-a-picture': words('这不是一张照片', '读不出来', '请换一张'),
  'too-many-pictures': words('近来放的照片够多了', '一下子放了很多，之后每小时可以再放两张', '先不放照片也可以发布；或者过一会儿再放'),
  'too-many-searches': words('已经留意了十样', '再多就分不清了', '先取消一样旧的，再存这一样'),
  'own-listing': words('这是你自己发布的', '要由别人来应声', '等一等，有人应声时首页会告诉你'),
}
const listingRefusal = words(
  '没有发布',
  '内容、期限或数量不符合要求',
  '请写短一点，或先结束一些旧的',
)

const letterRefusals: Record<string, Words> = {
  'unknown-member': words('寄不到', '这个人不在，或者还没有会长见过', '请看看是不是写给了别人'),
  'not-about': words('寄不到', '这条需求或约定已经不在了', '在对方现在的需求里，可以再写信'),
}
const letterRefusal = words('寄不到', '这封信社区没有收', '请重新打开页面再写；还不行，请告诉会长')

/** Why nothing is written now. */
const readOnly: Record<string, Words> = {
  'disk-full': words('社区现在只能看，不能写', '社区的电脑存储满了，这一步没有记下', '请告诉会长；腾出地方以后，再做一次'),
  'storage': words('社区现在只能看，不能写', '社区的存储出了问题，这一步没有记下', '请告诉会长，过一会儿再做一次'),
  'restoring': words('社区现在只能看，不能写', '社区正在核对或恢复记录，这一步没有记下', '等页面上方的提示没有了，再做一次'),
}

export const zhDoor: Record<DoorRefusal['code'], Told> = {
  'malformed': words('社区没有看懂', '发出的内容不完整', tellSteward),
  'too-large': words('内容太长', '文字超过了社区一次能收的长度', '请写短一点'),
  'no-session': words('请先登录', '登录过期了，或者还没有加入', '重新登录就好'),
  'not-a-steward': words('这一页只有会长能看', '公约把它交给了会长', '请联系会长'),
  'not-found': words('没有找到', '它可能已经结束，或者链接不完整', '回到首页看看'),
  'wrong-token': words('链接不对', '设置链接里的口令不正确', '请用安装完成时显示的完整链接'),
  'already-founded': words('社区已经建成了', '设置只做一次', '直接打开首页'),
  'not-founded': words('社区还没有建成', '第一步设置还没有完成', '请用安装时给出的链接完成设置'),
  'wrong-host': words('网址不对', '社区不认识你用的网址', '请用会长给的网址打开'),
  'wrong-origin': words(
    '不能从别的网页操作',
    '为了安全，只接受本社区自己的页面',
    '请直接打开社区的网址',
  ),
  'too-many': (s) =>
    words('次数太多了', '短时间内做得太多，社区先停一停', `请过 ${s.wait('retrySeconds')}再试`),
  'read-only': (s) => readOnly[s.raw('because')] ?? words('社区现在只能看，不能写', '这一步没有记下', '请稍后再试，或告诉会长'),
  'busy': (s) => words('社区正忙', nothingLost, `请过 ${s.wait('retrySeconds')}再试`),
  'hub-unreachable': words(
    '现在联系不上那个城市',
    '对方可能暂时离线',
    `${nothingLost}，请过一会儿再试`,
  ),
  'blob-mismatch': words('文字对不上', '附上的文字和记录里的不一致', tellSteward),
  'draft-dropped': words('这份约定已经不在了', '它已经被收回，或者对方没有答应', '还想约的话，先和对方说一声，再重新提出来'),
  'listing-refused': (s) => listingRefusals[s.raw('because')] ?? listingRefusal,
  'letter-refused': (s) => letterRefusals[s.raw('because')] ?? letterRefusal,
  'bad-card': words('这张名片读不出来', '名片不完整，或被改过', '请对方重新复制一次完整的名片'),
  'already-federated': words(
    '本社区已经和其他城市相连',
    '联盟只建一次',
    '要增加城市，请粘贴它的名片，按“邀请这个城市加入”',
  ),
  'no-federation': words(
    '本社区还没有和其他城市相连',
    '要先建立或加入联盟',
    '会长可以在“会长”页的“相连的城市”里交换名片',
  ),
  'own-card': words('这是我们自己的名片', '要粘贴的是对方社区的名片', '请向对方会长要名片'),
  'other-card': words('那里应答的是另一个社区', '这个地址上的社区，出示的不是这个代码的名片', '请向对方会长要一个新的代码'),
  'member-already': words('这个城市已经相连', '这张名片和我们手里的，除了换钥匙，还有别的地方不一样', '请向对方会长要他们页面上现在的名片'),
  'bad-terms': (s) =>
    words(
      '这样的约定不行',
      `每年最多减少 15%，至少 3 份本地的换 1 份通用的，最早从联盟第 ${s.raw('fromYear')} 年起算`,
      '请改好数字再试',
    ),
  'cannot-close': (s) =>
    words(
      '现在还不能替那个城市收尾',
      s.raw('because') === 'no-will' ? '它没有说过由谁接手，或者它指定的城市已经不在联盟里'
        : s.raw('because') === 'connected' ? '它现在就连着'
        : '它沉默还不到三十天',
      '请先试着联系它的会长',
    ),
  'already-signed': words('我们已经签过名了', '大家一起签下的，一个城市不能单独收回', '请等其他城市也签完'),
  'no-evidence': words('这份文件证明不了什么', '里面的内容对不上，或者不是一份证据', '请确认文件完整，再试一次'),
  'challenge-expired': words('登录用时太久', '这次登录已经过期', '再登录一次'),
  'wrong-signature': words('没能确认是你本人', '这台设备的钥匙和你的账户对不上', '请用加入时的那台设备打开'),
  'internal': (s) =>
    words('社区的程序出了差错', nothingLost, `请把编号告诉会长：${s.raw('request')}`),
}
