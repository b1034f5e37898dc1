/** Why a step of an agreement, a help, a gathering, a loan or a rating does not go through. In Chinese. */
import type { RefusalCode } from '#ledger/refusal.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, notHere, nothingToDo } from './once.ts'

export const zhHelpingRefusals = {
  'same-person': words('两边是同一个人', '互助要有两个人', '请选择另一位成员'),
  'not-a-party': words('这件事里没有你', '只有约好的两个人可以操作', '请检查是不是打开了别人的约定'),
  'bad-interval': words('时间不对', '结束要晚于开始，开始不能早于三十天前', '请改一下开始和结束的时间'),
  'begins-too-early': (s) => words('开始时间太早了', `最早只能从 ${s.moment('earliest')} 开始`, '请选一个更近的时间'),
  'ends-too-late': (s) => words('时间太远', `最晚只能约到 ${s.moment('latest')}`, '请选一个更近的时间'),
  'minutes-out-of-range': (s) => words('时长不合适', `这里最多 ${s.duration('most')}，最少 1 分钟`, '请改一下时长，或者分几次记'),
  'time-not-passed': (s) => words('还没有过去这么多时间', `算上帮忙的人已经记下的，到现在为止这里最多还能记 ${s.duration('most')}`, '请改少一些，或者过几天再记'),
  'unknown-agreement': words('找不到这个约定', notHere, lookAgain),
  'wrong-phase': words('现在不是做这一步的时候', '这件事已经往前走了，或者还没走到这里', '请刷新看看现在到了哪一步'),
  'not-begun': (s) => words('还没到开始的时间', `约好的时间是 ${s.moment('begins')}`, '到时候再来签到'),
  'already-checked-in': words('你已经签到了', '每人签到一次就够了', nothingToDo),
  'own-report': words('要由对方来确认', '时长是你报的，不能自己确认', '请等对方确认'),
  'other-minutes': (s) => words('时长对不上', `对方报的是 ${s.duration('reported')}`, '请刷新后按对方报的时长确认，或选“有出入”'),
  'unknown-help': words('找不到这次帮助', notHere, lookAgain),
  'day-in-future': words('日期在将来', '只能记已经发生的帮助', '请选今天或更早的日期'),
  'day-too-old': (s) => words('日期太早了', `最早只能是 ${s.day('oldest')}`, '请选更近的日期'),
  'before-joining': (s) => words('那时有一方还没有加入', `最早只能是 ${s.first()}`, s.has('earliest') ? '请选更晚的时间' : '请选更近的日期'),
  'unknown-session': words('找不到这次活动', notHere, lookAgain),
  'already-joined': words('已经报名了', '每人报一次', '到时候来就行'),
  'not-joined': words('没有报名', '名单里没有这一位', '请先报名，再签到'),
  'already-over': (s) => words('已经过了时间', `${s.moment('ended')} 就结束了`, '请写信给带活动的人'),
  'other-code': words('到场码不对', '它不是这一次的', '请再扫一次，或者请对方再念一遍'),
  'unknown-slip': words('这张服务券不能用', '券号不对，或者已经用过', '请换一张，或者看清楚号码'),
  'unknown-care-plan': words('找不到这个照护计划', notHere, lookAgain),
  'other-demand': (s) => words('需求热度已经变了', `现在是 ${s.factor('expectedPerMille')}，要多少也跟着变了`, '请双方按现在的数重新约定'),
  'slot-taken': (s) => words('这段时间已经有人约了', `到 ${s.moment('free')} 才空出来`, '请换一个时间，或者问问提供的人'),
  'not-returned': words('上一位还没有还回来', '还不知道什么时候空出来', '还回来以后再约，或者问问提供的人'),
  'not-a-booking': words('这不是借用', '只有借出去的东西才要还', '做完以后报告时长就行'),
  'already-returned': words('已经还了', '归还只记一次', nothingToDo),
  'nothing-to-correct': words('不用更正', '记录里已经是这个时长', '请看看是不是选错了'),
  'own-matter': words('这件事与你有关', '当事人不能替自己裁定', '请另一位会长来看'),

  'already-rated': words('你已经评价过了', '每人评价一次', '等双方都写完就会公开'),
  'rating-closed': words('评价已经结束', '时间已过，没有写就算满意', nothingToDo),
  'no-commitment': words('还没有评价', '这一位还没有写评价', nothingToDo),
  'other-commitment': words('评价对不上', '公开的评价和当时写下的不一样', '请告诉会长'),
  'too-early': (s) => words('还没到公开的时候', `双方都写完，或到 ${s.moment('opens')} 才公开`, '请等一等'),
} satisfies Partial<Record<RefusalCode, Told>>
