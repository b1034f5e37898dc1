/** Why something does not happen because of who one is, with which device, and who may join or go. In Chinese. */
import type { Matter, RefusalCode } from '#ledger/refusal.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

/** What somebody has open who wants to go, or to put value aside. */
const matters: Record<string, string> = {
  agreement: '有一个约定还没有完成',
  help: '有一次记下的帮助还没有确认',
  session: '有一场你报了名或由你带的活动还没有结束',
  project: '有一个你参加的项目还没有结束',
  work: '你做的一件社群贡献，大家还没有看完',
  transfer: '有一笔跨城往来还在路上',
  organisation: '有一个机构或小组只靠你代签',
  case: '有一件关于你的事还在处理',
  hold: '有一笔贡献值还替别人留着',
} satisfies Record<Matter, string>

export const zhPeopleRefusals = {
  'wrong-signature': words('没能确认是你本人', '这台设备的钥匙和你的账户对不上', '请退出后重新登录，或用加入时的那台设备打开'),
  'unknown-member': words('找不到这位成员', '本社区没有这个账户', '请对方先加入社区'),
  'unknown-device': words('这台设备还不属于你的账户', '社区没有记下这台设备', '请用加入时的那台设备打开'),
  'not-attested': words('还差会长当面确认', '每位成员都要由会长当面见过，才能参与互助', '请约会长见一面，确认后马上就能用'),
  'not-a-steward': words('这一步只有会长能做', '公约把它交给了会长', '请联系会长'),
  'not-for-guests': words('外地成员暂时不能这样做', '这一步只对本社区的成员开放', '请在你自己的社区里操作'),
  'restricted': words('你的账户目前受限', '按社区的处理决定，这一步暂时不能做', '仍然可以帮助别人；请向会长了解什么时候恢复'),
  'banned': words('这个账户已经停用', '社区按公约作出了决定', '可以在期限内申诉，或联系会长'),
  'departed': words('这位成员已经离开社区', '离开之后，这个账户不再参与新的事', '请找别的成员；想回来请联系会长'),
  'id-taken': words('这一步已经记过了', '同样的内容已经在记录里', '刷新看看，不用再按一次'),
  'expired': words('这一步过期了', '从打开到提交隔得太久', '请重新打开页面再做一次'),
  'expires-too-late': words('期限太长', '一步最多等三十天', '请检查设备的日期和时间'),
  'unseen-branch': words('你看到的记录不是最新的', '社区的记录和这台设备看到的不一致', '请刷新页面再试；如果一直出现，请告诉会长'),

  'account-taken': words('这个账户已经有了', '同一个账户不能加入两次', '请直接登录'),
  'bad-key': words('这台设备的钥匙不能用', '钥匙的格式不合要求', '请换一个浏览器'),
  'key-taken': words('这台设备已经属于一位成员', '一台设备只对应一个账户', '请直接登录'),
  'other-charter': words('公约刚刚更新过', '你读到的不是现在的公约', '请刷新，重新读一遍再加入'),
  'already-attested': words('这位成员已经确认过了', '一次就够了', nothingToDo),
  'self-attested': words('不能确认自己', '要由另一位会长当面确认', '请另一位会长来做'),
  'already-invited': words('这张邀请已经记过了', '一个邀请码只能用一次', '请另做一张邀请'),
  'unknown-invitation': words('这张邀请不能用了', '它已经有人用过，或者过了期限', '请对方再发一张，或者直接申请加入'),
  'limit-reached': (s) => words('已经到了上限', `这里同时最多 ${s.raw('most')} 个`, '先用完或取消一个，再来添一个'),

  'key-unproved': words('没能确认新设备', '号码和新设备显示的不一致', '请在新设备上重新打开，再抄一次号码'),
  'last-device': words('这是你最后一台设备', '停用了它，你就进不来了', '请先添一台新设备，再停用这一台'),
  'own-recovery': words('不能给自己换新设备', '丢了设备的人要由别的会长来确认', '请别的会长来做'),
  'recovery-open': words('已经有一次换新设备在等着', '每位成员同时只能有一次', '等它到期，或者先叫停它'),
  'no-recovery': words('没有正在等的换新设备', '它已经生效，或者被叫停了', lookAgain),
  'persons-only': words('这一步只能由个人来做', '机构和小组只参与互助', '请用你自己的账户'),
  'too-few-signers': (s) => words('代签人还不够', `小组至少要 ${s.raw('needed')} 位成员答应代签`, '请先提名，等对方答应'),
  'already-signer': words('已经提名过这一位了', '一个人只提名一次', '等对方答应'),
  'not-a-signer': words('你不是代签人', '这一步要由代签人来做', '请找它的代签人'),
  'last-signer': words('还不能少了这一位', '少了就没有足够的人代签', '请先添一位代签人'),
  'still-open': (s) => words('还有事没有结束', matters[s.raw('what')] ?? '有一件事还没有完成', s.raw('what') === 'case' ? '请等它有结果' : '请先完成、取消或交给别人'),
  'last-steward': words('你是最后一位会长', '没有会长，社区就办不了事', '请先请一位成员当会长'),
  'other-record': words('要带走的记录刚刚变了', '刚才又有一次贡献记了进来', '请刷新后再做一次'),
  'already-asked': words('今天已经要求过了', '一天只需要一次', '明天还有要删的，可以再来'),
} satisfies Partial<Record<RefusalCode, Told>>
