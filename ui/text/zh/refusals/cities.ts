/** Why a step between cities does not go through. In Chinese. */
import type { RefusalCode } from '#ledger/refusal.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

const byItself = '这是社区之间的步骤，不影响你的贡献值；社区会自己再试'
const onceMore = '请刷新后再做一次'

export const zhCitiesRefusals = {
  'no-federation': words('本社区还没有和其他城市相连', '这一步要先和另一个城市结成联盟', '会长可以在“会长”页的“相连的城市”里交换名片'),
  'unknown-hub': words('不认识这个社区', '它不在我们相连的城市里', '请会长检查名片'),
  'no-community': words('那是见证箱，不是城市', '它只保存副本、参加投票，没有成员', '请选一个城市'),
  'no-will': words('那个城市没有说过由谁接手', '只有它自己的会长们事先同意过，才能替它收尾', '如果它再也回不来，其他城市可以另结一个联盟'),
  'not-silent': words('现在还不能替那个城市收尾', '它沉默还不到三十天，它预告的日子也还没到', '再等等，也请试着联系它的会长'),
  'guest-known': words('这位外地成员已经来过', '不用再登记一次', nothingToDo),
  'bad-evidence': words('没能核对对方社区的证明', '给出的证明对不上', '请过一会儿再试，或请对方社区的会长看看'),
  'unknown-transfer': words('找不到这笔跨城往来', '记录里没有它', lookAgain),
  'not-an-award': words('这不是一次互助得到的贡献值', '这笔往来没有对应的约定', byItself),
  'already-counted': words('这次贡献已经算过了', '同一次贡献只算一次', nothingToDo),
  'award-too-large': (s) => words('贡献值超出了约定', `按约定最多 ${s.cv('mostMilli')}`, byItself),
  'bad-document': words('城市名单有问题', '名单的格式不对', byItself),
  'wrong-version': words('城市名单不是最新的', '已经有更新的一份', byItself),
  'signatures-missing': (s) => words('还差其他城市的同意', `需要 ${s.raw('needed')} 个，现在有 ${s.raw('got')} 个`, byItself),
  'reports-missing': (s) => words('还差其他城市的回复', `需要 ${s.raw('needed')} 个，现在有 ${s.raw('got')} 个`, byItself),
  'not-in-document': words('名单里没有本社区', '收到的城市名单不包括我们', byItself),

  'own-hub': words('这就是本社区', '跨城往来要有另一个城市', '请选别的城市'),
  'hub-frozen': words('与这个城市的往来已冻结', '它的公开记录给出了两个互相矛盾的说法，现在不往那里送贡献值', '可以在“相连的城市”里看证据；冻结前的记录都不变'),
  'offence-settled': words('这件事各城市已经了结', '所有城市都同意，从这件事以后接着往来，不再为它冻结', '大家同意的写在城市名单里'),
  'no-keys-yet': words('跨城往来还没有开通', '会长还没有启用本社区的往来', '请会长在待办里确认“启用往来”'),
  'bad-expiry': words('期限不对', '期限要在将来，也不能太远', onceMore),
  'no-award-due': words('没有要送出的贡献值', '这个约定的已经送出，或者还没有完成', lookAgain),
  'other-amount': words('数目对不上', '该送出的数目和这一步填的不一样', onceMore),
  'transfer-mismatch': words('和登记的内容对不上', '收的人、城市或数目不一致', '请刷新后再看一遍'),
  'already-approved': words('你已经同意过了', '每位会长同意一次', '等其他会长同意'),
  'wrong-slot': words('顺序变了', '在你之前已经有另一笔往来', onceMore),
  'bad-order': words('这笔往来单有问题', '写下的数目、日期或顺序不对', byItself),
  'slot-open': words('上一笔往来还没有完成', '要等其他城市核对完上一笔', '请过一会儿再试'),
  'nothing-to-certify': words('没有等待核对的往来', '都已经核对完了', nothingToDo),
  'bad-certificate': words('核对结果不成立', '其他城市的同意不够或对不上', byItself),
  'certificate-skipped': words('中间漏了一笔往来', '要先收到更早的那一笔', byItself),
  'nothing-for-us': words('这笔往来和本社区无关', '里面没有给我们的', byItself),
  'wrong-dispositions': words('入账方式对不上', '到账还是暂挂，和公约算出来的不一样', byItself),
  'nothing-to-acknowledge': words('没有等待回执的往来', '对方已经回过了', nothingToDo),
  'not-suspended': words('这笔往来没有暂挂', '可能刚刚已经放行或退回', lookAgain),
  'more-than-left': words('超过了剩下的数目', '这笔里没有这么多还暂挂着', onceMore),
  'above-transfer-max': (s) => words('超过了一次可以送来的', `那个城市一笔最多放行 ${s.cv('mostMilli')}`, '请先调高一次最多送来的数目，或退回'),
  'bad-trust': (s) => words('这些限额彼此对不上', s.raw('because') === 'level' ? '可以认的等级是 1 到 5' : '作证的城市每个只写一次，不能是那个城市自己，要求的个数不能多过写上的', '请改一下再保存'),
  'grows-too-fast': (s) => words('信任要一步一步来', `现在最多可以到 ${s.cv('mostMilli')}：一次最多翻一倍，之后 90 天不再调高`, '请先少调一些，以后再调高'),
} satisfies Partial<Record<RefusalCode, Told>>
