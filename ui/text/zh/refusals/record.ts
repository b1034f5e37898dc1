/** Why the record itself does not take an entry: its form, its days, a restore. In Chinese. */
import type { RefusalCode } from '#ledger/refusal.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo, tellSteward } from './once.ts'

export const zhRecordRefusals = {
  'malformed': words('这一步没有记下来', '发出的内容不完整', tellSteward),
  'foreign-log': words('这条记录不属于本社区', '它来自另一个社区的记录', tellSteward),
  'wrong-sequence': words('记录的顺序不对', '中间少了或多了一条', tellSteward),
  'broken-chain': words('记录没有接上', '它和上一条对不上', '请告诉会长，先不要继续操作'),
  'time-went-back': words('时间倒退了', '社区的电脑时钟比上一条记录还早', '请会长校准电脑时间'),
  'tick-missing': words('今天还没有开始记录', '社区每天先记一条日期', '请过一会儿再试'),
  'tick-twice': words('今天已经开始记录了', '每天只记一次日期', nothingToDo),
  'not-founded': words('社区还没有建成', '第一步设置还没有完成', '请用安装时给出的链接完成设置'),
  'already-founded': words('社区已经建成了', '设置只做一次', '直接打开首页，加入或登录'),
  'bad-genesis': words('建社区的资料有问题', '名称、城市或日期不符合要求', '请检查后重新填写'),
  'bad-charter': words('公约有问题', '公约的数字彼此矛盾', '请换一份公约再试'),

  'digest-misplaced': words('记录指纹写错了地方', '它只能紧跟在新一天的开头之后', '请告诉会长，这是社区电脑上的程序出了错'),
  'wrong-digest': words('记录指纹对不上', '按记录重新算出来的结果和写下的不一样', '请告诉会长，这是社区电脑上的程序出了错'),

  'wrong-generation': words('这不是下一次恢复', '恢复的次数对不上', '请会长刷新页面再确认一次'),
  'nothing-given-up': words('恢复时没有放弃什么', '说是放弃的记录，其实都在', '请会长刷新页面再确认一次'),
  'other-tree': words('记录又变了', '会长确认之后，社区的记录多了或少了', '请会长刷新页面再确认一次'),
  'not-enough-stewards': words('还差会长的确认', '从备份恢复要几位会长一起同意', '请其他会长也打开这一页确认'),
  'unknown-restore': words('没有这次恢复', '记录里没有写下这次恢复', lookAgain),
  'not-lost': words('这一条没有丢', '它在恢复的位置之前，还在记录里', nothingToDo),
  'already-claimed': words('已经登记过了', '同一张回执只登记一次', nothingToDo),
} satisfies Partial<Record<RefusalCode, Told>>
