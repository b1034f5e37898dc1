/** 运维页面的中文。 */
import type { OperatorWords } from './words.ts'

const fine = (says: string) => ({ says, fix: null })
/** MiB as a person reads them. */
const room = (free: number | string | undefined): string => (Number(free) < 10_240 ? `${free} MiB` : `${Math.floor(Number(free) / 1024)} GiB`)

export const zh: OperatorWords = {
  language: 'zh',
  own: '中文',
  title: (city) => `${city}：运行情况`,
  operatorTitle: (city) => `${city}：运维`,
  states: { error: '出错', waiting: '等待', loading: '进行中', starting: '启动中', success: '正常' },
  verdicts: {
    error: '有事要处理', waiting: '能用，有事在等', loading: '能用，还在处理', starting: '正在启动', success: '一切正常',
  },
  names: {
    disk: '磁盘', ledger: '记录', restore: '恢复', checkpoint: '检查点', cosigners: '核对', peers: '其他城市', reach: '入口', votes: '核对过什么', mirrors: '同步',
    backup: '备份', rehearsal: '恢复演练', clock: '时钟', stewards: '会长待办',
  },
  checks: {
    disk: {
      fine: ({ free }) => fine(free === undefined ? '可以写入' : `还有 ${room(free)} 空间`),
      low: ({ free }) => ({ says: `只剩 ${room(free)} 空间`, fix: '腾出空间，或换一块大的磁盘；少于 16 MiB 时，社区只能看，不能写。' }),
      full: ({ free }) => ({ says: `满了，只剩 ${room(free)}；社区现在只能看，不能写`, fix: '腾出 32 MiB 以上，社区会自己继续，什么也没有丢。' }),
      unreliable: () => ({ says: '写入失败，正在从磁盘重新读出并核对', fix: '看日志里的原因；磁盘坏了就用备份恢复到新磁盘：restore。' }),
    },
    ledger: {
      proved: ({ size }) => fine(`${size} 条记录，全部核对过`),
      proving: ({ done, total }) => fine(`正在从头核对：${done} / ${total}`),
      accused: () => ({ says: '有证据说这个社区的记录自相矛盾', fix: '不要删任何东西；打开“公开记录”页看证据，并联系其他城市。' }),
    },
    restore: {
      asking: ({ size }) => fine(`从备份恢复：有 ${size} 条，正在问其他城市`),
      fetching: ({ size, confirmed }) => fine(`正在取回：${size} / ${confirmed}`),
      ready: () => ({ says: '等会长确认', fix: '请会长打开会长页确认，或用命令 confirm-restore。' }),
      stopped: () => ({ says: '停住了：这个目录不能证明自己是最新的', fix: '看日志；如果另有更新的目录，用那一个。' }),
    },
    checkpoint: {
      signed: ({ size }) => fine(`已签到第 ${size} 条`),
      signing: ({ open }) => fine(`还有 ${open} 条等着签，一分钟之内`),
      late: ({ open, minutes }) => ({ says: `${open} 条已等了 ${minutes} 分钟还没签`, fix: '看上面的“磁盘”“恢复”和“记录”；都正常就重启社区，并把支持包发给开发者。' }),
    },
    cosigners: {
      alone: () => fine('没有别的城市，历史只凭自己的话'),
      enough: ({ cosigned, members }) => fine(`${members} 个城市中 ${cosigned} 个核对过`),
      few: ({ cosigned, needed, silent }) => ({ says: `${cosigned} 个核对过，需要 ${needed} 个；还没有：${silent}`, fix: '联系他们的运维；这期间记录照常，别处要稍后才认。' }),
    },
    peers: {
      alone: () => fine('没有加入联盟'),
      all: ({ all }) => fine(`${all} 个都连着`),
      some: ({ here, all, away }) => ({ says: `${all} 个中连着 ${here} 个；没连上：${away}`, fix: '他们可能关机了；本社区会一直重试。' }),
      none: ({ away }) => ({ says: `一个也没连上：${away}`, fix: '检查本机网络，以及防火墙是否放行 p2p 端口；在 NAT 之后，只要有一个城市有公网地址就行；也可以转发一个端口并设置 announce。' }),
    },
    reach: {
      announced: () => fine('在 announce 所写的地址'),
      direct: () => fine('在自己的地址，别的城市来过'),
      unproven: () => fine('有公网地址，还没有别的城市来过'),
      relayed: () => fine('经由中继的城市'),
      local: () => fine('在本地网络'),
      hidden: () => ({ says: '别的城市连不进来，只能连出去', fix: '在路由器上转发 p2p 端口，本社区会自己找到地址；或请有公网地址的城市做中继。' }),
    },
    votes: {
      known: () => fine('还能替别的城市核对什么，本机都清楚'),
      asking: () => ({ says: '本机丢失了替别的城市核对的记录，正在问它们', fix: '不用做什么；一直这样，就联系没有连上的城市。' }),
      forgotten: () => ({ says: '本机丢失了替别的城市核对的记录，别的城市也补不上：城市之间的往来停住了', fix: '请会长做一把新钥匙：会长页，“换本社区核对用的钥匙”。' }),
    },
    mirrors: {
      alone: () => fine('没有别的城市的记录要读'),
      level: () => fine('别的城市的记录都读到最新'),
      behind: ({ city, entries }) => fine(`${city} 还差 ${entries} 条`),
      halted: ({ city, why }) => ({ says: `不再读 ${city} 的记录：${why}`, fix: '对方的记录有问题；打开“公开记录”页，并联系对方。' }),
    },
    backup: {
      young: () => ({ says: '还没有备份', fix: '今天就做第一次：npm run hub -- backup 目录 --with-keys，并放进每天的定时任务。' }),
      fresh: ({ hours }) => fine(Number(hours) < 1 ? '不到一小时前' : Number(hours) < 48 ? `${hours} 小时前` : `${Math.floor(Number(hours) / 24)} 天前`),
      old: ({ days }) => ({ says: `最近一次是 ${days} 天前`, fix: '看定时任务为什么停了；现在就做一次：npm run hub -- backup 目录。' }),
      never: () => ({ says: '从来没有备份过', fix: '磁盘一坏，没有别的城市就全没了。现在就做：npm run hub -- backup 目录 --with-keys。' }),
    },
    rehearsal: {
      never: () => ({ says: '备份还没有试着恢复过', fix: '按运维页上的“演练恢复”，或用命令 restore 目录 --test。' }),
      well: ({ days }) => fine(days === 0 ? '今天演练过，成功' : `${days} 天前演练过，成功`),
      old: ({ days }) => ({ says: `上次演练在 ${days} 天前`, fix: '再演练一次：恢复不了的备份不是备份。' }),
      failed: () => ({ says: '上次演练没有成功', fix: '这份备份恢复不了：换一个地方重新备份，再演练。' }),
    },
    clock: {
      fine: () => fine('和记录一致'),
      behind: ({ seconds }) => ({ says: `比最后一条记录慢 ${seconds} 秒`, fix: '校准本机时间：timedatectl set-ntp true。' }),
    },
    stewards: {
      nothing: () => fine('没有事在等会长'),
      some: ({ count }) => ({ says: `${count} 件事在等会长`, fix: '告诉会长：打开会长页。' }),
    },
  },
  fix: '怎么办',
  since: (when) => `从 ${when} 起`,
  checkedAt: (when) => `查看于 ${when}`,
  home: '回到社区',
  forOperators: '运维人员：在服务器上运行 npm run hub -- operator，打开它给出的地址。',
  sections: {
    peers: '其他城市', checkpoint: '检查点', plots: '变化', copies: '备份', update: '更新', settings: '生效的设置', support: '支持包', danger: '危险操作',
  },
  peers: { city: '城市', connected: '连接', here: '连着', away: '没连上', entries: '已读', behind: '还差', lastSeen: '最近连着', none: '没有加入联盟。', halted: '不再读' },
  checkpoint: { entries: '条数', root: '根', cosigners: '核对的城市', vouches: '核对过', silent: '还没有', own: '没有别的城市：历史只凭自己的话。' },
  plots: {
    entries: '记录条数', board: '发现页每五分钟的变化', behind: '别的城市还差的条数', day: '24 小时', week: '7 天', empty: '启动以来还没有足够的数据；每五分钟一个点。', table: '数字', time: '时间',
  },
  copies: {
    last: '最近一次', never: '还没有备份。', where: '目录', entries: '条', withKeys: '带密钥', withoutKeys: '不带密钥', rehearse: '演练恢复',
    rehearsing: '正在演练：把最近的备份恢复到一个临时目录，从头核对，再删掉。刷新本页看结果。',
    rehearsed: (when) => `${when} 演练成功`, rehearsalFailed: (when) => `${when} 演练没有成功`,
    how: '每天：npm run hub -- backup /备份/$(date +%F)。密钥另放一处，离线。',
  },
  update: {
    running: '正在运行的版本', how: '更新：停下社区（Ctrl-C 或 systemctl stop），git pull，npm ci，再启动。先备份。较新的目录旧版本不会去碰；较旧的目录新版本能读。',
  },
  settings: { name: '设置', value: '值', origin: '出处', how: '改 hub.toml 后重启。npm run hub -- config check 会先看能不能用。' },
  support: { what: '一个 zip：检查结果、设置、指标、最近的日志。里面没有密钥、姓名、联系方式，也没有发布的文字。发给帮你的人之前可以自己打开看。', get: '下载支持包' },
  danger: {
    intro: '这些只在服务器的命令行上做，因为做错了回不来。',
    rows: [
      { what: '搬到另一台机器', means: '两边不能同时运行：同一把钥匙写两份历史，会被证明作假。', how: '停下；backup 目录 --with-keys；在新机器 restore；旧目录再也不要启动。' },
      { what: '从备份恢复', means: '备份之后说过的话，只有别的城市留着的能取回。', how: 'restore 目录 --data 新目录；启动；会长确认。' },
      { what: '删除 keys/', means: '社区再也不能作为自己说话；联盟要重新接纳。', how: '不要删。丢了就从密钥的备份取回。' },
      { what: '停止社区', means: '什么也不丢；成员暂时不能写，别的城市等着。', how: 'Ctrl-C，或 systemctl stop tongyi。' },
    ],
  },
  leave: '退出运维页',
  closed: '这个地址已经用过，或者过期了。在服务器上再运行一次 npm run hub -- operator。',
  starting: '社区正在启动，本页会自己刷新。',
}
