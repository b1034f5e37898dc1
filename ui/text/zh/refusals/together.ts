/** Why a step of a project, of something done for everybody or of something sought after does not go through. In Chinese. */
import type { RefusalCode } from '#ledger/refusal.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

export const zhTogetherRefusals = {
  'demand-out-of-range': (s) => words('需求热度超出了公约的范围', `平时是 1 倍，公约允许 ${s.factor('leastPerMille')} 到 ${s.factor('mostPerMille')} 倍`, '换一个范围里的数字'),
  'gate-closed': words('公约没有开放这种办法', '名额不够时怎么选，由公约决定', '换一种选人的办法'),
  'unknown-project': words('找不到这个项目', '本社区没有记下它', lookAgain),
  'already-applied': words('你已经报过名了', '每人报名一次', '等报名截止后公布名单'),
  'not-applied': words('你没有报名这个项目', '没有可以撤回的报名', lookAgain),
  'no-auction': words('这里不用出价', '这个项目的名额不靠出价来定', '直接报名就好'),
  'lifetime-too-low': (s) => words('还差一点才能报名', `这个项目要求累计贡献 ${s.cv('neededMilli')}，你现在是 ${s.cv('lifetimeMilli')}`, '先参加别的互助，或者问问牵头的人'),
  'count-out-of-range': (s) => words('数目不对', `这里最多 ${s.raw('most')}`, '请改成不超过这个数'),
  'shares-out-of-range': (s) => words('份额不对', `牵头的人每人最多 ${s.percent('coreMaxPerMille')}，参加的人每人最多 ${s.percent('participantMaxPerMille')}，加起来不超过 100%，每份都要大于零`, '改一改各人的份额'),
  'other-report': words('报告已经改过了', '你看到的不是最新的一份', '刷新后再看一遍'),
  'unknown-work': words('找不到这件社群贡献', '本社区没有记下它', lookAgain),
  'already-valued': words('你已经说过它有用了', '每人说一次', nothingToDo),
  'already-judged': words('另一位会长已经看过它', '每件社群贡献只评定一次', nothingToDo),
} satisfies Partial<Record<RefusalCode, Told>>
