/** 从备份恢复。 */

export const zhRestore = {
  restore: {
    asking: (silent: string) =>
      `社区正在从备份恢复，先问其他城市还留着哪些记录。${silent === '' ? '' : `还没有回答：${silent}。`}现在可以看，暂时不能写。`,
    fetching: (n: number) => `社区正在从备份恢复，正从其他城市取回记录，已取回 ${n} 条。现在可以看，暂时不能写。`,
    ready: (n: number) => `社区正在从备份恢复，${n} 条记录都已核对，等会长确认后继续。现在可以看，暂时不能写。`,
    withheld: (city: string, n: number, until: string | null) =>
      until === null
        ? `${city}核对过这里另外 ${n} 条记录，一直没有交出来。会长确认继续，就是不再要这 ${n} 条。`
        : `${city}核对过这里另外 ${n} 条记录，还没有交出来；等到 ${until}，会长可以决定不要它们，先继续。`,
    stopped: '社区的记录和以前说过的不一致，已经停下。现在可以看，不能写；请会长查看电脑上的提示。',
    done: (date: string, lost: number) =>
      `社区的记录在 ${date}从备份恢复过。你做过的事要是没有找回来，“我的”页会告诉你。${lost === 0 ? '' : `已登记丢失：${lost} 条。`}`,
    title: '从备份恢复',
    what: (n: number, from: string) =>
      from === ''
        ? `社区现在有 ${n} 条记录。没有从其他城市取回什么。`
        : `社区现在有 ${n} 条记录，缺的已经从${from}取回。`,
    silent: (cities: string) =>
      `还没有回答：${cities}。能等就等：只有它们留着的记录会丢，而且它们以后不能再为这里核对。`,
    without: (city: string, n: number) =>
      `${city}核对过这里另外 ${n} 条记录，等了一天还没有交出来。现在继续，就是放弃这 ${n} 条：以后再出现也不算数，${city}以后也不能再为这里核对。先联系那边的会长问问。`,
    alone: '没有别的城市留着这里的记录。备份之后记下的，会丢。',
    approvals: (got: number, needed: number) => `${got} 位会长已确认，一共要 ${needed} 位。`,
    note: '按下以后，社区就能接着用，但不会再去别处找回缺的记录。不清楚为什么会恢复，就先别按，问问管电脑的人。',
    confirm: '这是备份，确认继续',
    afterYes: {
      restored: '已确认，社区接着用。',
      more: '已确认，等其他会长。',
      changed: '刚才情况变了，还没有确认。请把上面的话再看一遍，再按。',
    },
    lostTitle: '恢复时丢失的记录',
    lostNote: '社区从备份恢复时，你做过的这几步没有找回来，不算数了；要算数，请重新做一次，例如再记一次帮助。回执还在这台设备上，可以登记，让大家知道丢了多少；登记不会补回贡献值。',
    lostOne: (seq: number, what: string) => `第 ${seq} 条 · ${what}`,
    claim: '登记这次丢失',
    claimsTitle: '成员登记的丢失',
    claimsNote: '社区从备份恢复时没有找回来的记录，由成员登记。公开记录里只有谁登记、第几条、什么时候；原来是什么事，看成员设备上的回执。要算数，请成员重新做一次。',
    claimsOne: (seq: number, restored: string) => `第 ${seq} 条，${restored} 恢复时丢失`,
    claimed: '已登记。',
    onRecord: '已登记',
  },
}
