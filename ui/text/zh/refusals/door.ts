/** Why the community’s computer does not take something before it reaches the record. In Chinese. */
import type { DoorRefusal } from '#protocol/api.ts'
import { type Told, type Words, words } from '../../words.ts'
import { tellSteward } from './once.ts'

const nothingLost = '没有写入任何记录，也没有丢失什么'

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
const listingRefusal = words('没有发布', '内容、期限或数量不符合要求', '请写短一点，或先结束一些旧的')

const letterRefusals: Record<string, Words> = {
  'unknown-member': words('寄不到', '这个人不在，或者还没有会长见过', '请看看是不是写给了别人'),
  'not-about': words('寄不到', '发布的那一条或约定已经不在了', '在对方现在发布的页面上，可以再写信'),
}
const letterRefusal = words('寄不到', '这封信社区没有收', '请重新打开页面再写；还不行，请告诉会长')

const circleRefusals: Record<string, Words> = {
  'circle-full': words('位子满了', '告示上写了最多几个人', '想多几个人，先改告示'),
  'blocked': words('这个人你屏蔽了', '屏蔽了的人进不来', '想请进来，先在写信那一页取消屏蔽'),
  'task-taken': words('这件事有别人在做', '刚刚有人先接了', '看看还有什么要做的'),
  'too-many-tasks': words('要做的事太多了', '没做完的最多三十件', '先做完或收回几件'),
}
const circleRefusal = words('没有做成', '你不在里面，要由发起人来做，或者它已经不在了', '请重新打开这一页看看')

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
  'wrong-origin': words('不能从别的网页操作', '为了安全，只接受本社区自己的页面', '请直接打开社区的网址'),
  'too-many': (s) => words('次数太多了', '短时间内做得太多，社区先停一停', `请过 ${s.wait('retrySeconds')}再试`),
  'read-only': (s) => readOnly[s.raw('because')] ?? words('社区现在只能看，不能写', '这一步没有记下', '请稍后再试，或告诉会长'),
  'busy': (s) => words('社区正忙', nothingLost, `请过 ${s.wait('retrySeconds')}再试`),
  'hub-unreachable': words('现在联系不上那个城市', '对方可能暂时离线', `${nothingLost}，请过一会儿再试`),
  'blob-mismatch': words('文字对不上', '附上的文字和记录里的不一致', tellSteward),
  'device-ended': words('确认用的设备已经停用了', '设备的主人在自己的城市停用了它', '请主人用还在用的设备再确认一次；都没有了，请找那里的会长'),
  'draft-dropped': words('这份约定已经不在了', '它已经被收回，或者对方没有答应', '还想约的话，先和对方说一声，再重新提出来'),
  'listing-refused': (s) => listingRefusals[s.raw('because')] ?? listingRefusal,
  'letter-refused': (s) => letterRefusals[s.raw('because')] ?? letterRefusal,
  'circle-refused': (s) => circleRefusals[s.raw('because')] ?? circleRefusal,
  'bad-card': words('这张名片读不出来', '名片不完整，或被改过', '请对方重新复制一次完整的名片'),
  'already-federated': words('本社区已经和其他城市相连', '联盟只建一次', '要增加城市，请粘贴它的名片，按“邀请这个城市加入”'),
  'no-federation': words('本社区还没有和其他城市相连', '要先建立或加入联盟', '会长可以在“会长”页的“相连的城市”里交换名片'),
  'own-card': words('这是我们自己的名片', '要粘贴的是对方社区的名片', '请向对方会长要名片'),
  'other-card': words('那里应答的是另一个社区', '这个地址上的社区，出示的不是这个代码的名片', '请向对方会长要一个新的代码'),
  'member-already': words('这个城市已经相连', '这张名片和我们手里的，除了换钥匙，还有别的地方不一样', '请向对方会长要他们页面上现在的名片'),
  'bad-terms': (s) => words('这样的约定不行', `每年最多减少 15%，至少 3 份本地的换 1 份通用的，最早从联盟第 ${s.raw('fromYear')} 年起算`, '请改好数字再试'),
  'cannot-close': (s) =>
    words(
      '现在还不能替那个城市收尾',
      s.raw('because') === 'no-will' ? '它没有说过由谁接手，或者它指定的城市已经不在联盟里'
        : s.raw('because') === 'connected' ? '它现在就连着'
        : '它沉默还不到三十天',
      '请先试着联系它的会长',
    ),
  'already-signed': words('我们已经同意了', '大家一起同意的，一个城市不能单独收回', '请等其他城市也同意'),
  'no-evidence': words('这份文件证明不了什么', '里面的内容对不上，或者不是一份证据', '请确认文件完整，再试一次'),
  'challenge-expired': words('登录用时太久', '这次登录已经过期', '再登录一次'),
  'wrong-signature': words('没能确认是你本人', '这台设备的钥匙和你的账户对不上', '请用加入时的那台设备打开'),
  'internal': (s) => words('社区的程序出了差错', nothingLost, `请把编号告诉会长：${s.raw('request')}`),
}
