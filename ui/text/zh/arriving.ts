/** 建社区、加入社区。 */

const regions: Record<'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa', string> = {
  as: '亚洲',
  eu: '欧洲',
  af: '非洲',
  na: '北美洲',
  sa: '南美洲',
  oc: '大洋洲',
}

export const zhArriving = {
  setup: {
    title: '建一个社区',
    step: (n: number, of: number) => `第 ${n} 步，共 ${of} 步`,
    languageTitle: '用哪种语言？',
    languageNote: '以后每个人都可以自己换。',
    placeTitle: '社区在哪里？',
    city: '城市或街区',
    cityNote: '邻居们看到的名字，例如“成都·玉林”。',
    name: '短名字',
    nameNote: '小写字母、数字和短横，最多 24 个，例如 chengdu。以后不能改。',
    region: '所在大洲',
    presetTitle: '怎样记贡献？',
    presets: {
      'city': {
        name: '城市社区',
        words:
          '帮人一分钟记 1 贡献值，教语言、写程序这样的专长记得多一些。请人帮忙不花贡献值，谁都可以开口。',
      },
      'time-bank': {
        name: '时间银行',
        words:
          '谁的一小时都一样，用“时:分”显示。请人帮一小时，就用掉一小时时间积分；不够的由社区垫上，以后不用补。',
      },
      'gift': {
        name: '礼物社区',
        words: '记下谁帮过谁，谢意当面送到。数目照样在后面算，只是不显示谁有多少。',
      },
      'seed-literal': {
        name: '照原文一字不改',
        words: '意义经济的原文怎么写就怎么算：按小时、按人头，贡献值再乘协作信用。适合想对照原文的人。',
      },
    },
    presetNote: '这是社区的公约。以后成员可以投票来改，一个数一个数地改。',
    stewardTitle: '第一位会长',
    stewardNote: '会长当面确认新成员。请由邻居们信得过、常在社区的人来做，用自己的设备。之后尽快再邀两位；成员可以投票罢免会长。',
    stewardName: '邻居们怎么称呼你',
    keyNote: '按下以后，这台设备就代表会长。请一直用它，别清除浏览器数据。',
    finish: '建成社区',
    doneTitle: '社区建成了',
    done: (city: string) => `${city}从今天开始记录。这台设备已经登录，你是第一位会长。`,
    toHome: '去首页',
    checkName: '短名字只能用小写字母、数字和短横，请改一下。',
    already: '设置只做一次，已经做好了。请打开首页加入或登录。',
    noToken: '这个链接不完整，缺少最后的口令。请用装好时显示的完整链接。',
  },

  regions,

  join: {
    title: (city: string) => `加入${city}社区`,
    charterTitle: '先读一读公约',
    charter: {
      'none': '帮人一分钟，记 1 贡献值。请人帮忙不花贡献值。',
      'hour-for-hour': '谁的一小时都一样。请人帮一小时，就用掉一小时；不够的由社区垫上，以后不用补。',
    },
    coefficient: (name: string, times: string) => `${name}按 ${times} 倍记。`,
    confirm: (days: number) =>
      `一方报时长，另一方确认；${days} 天没有回音就自动确认，在那以前首页会一直提醒。`,
    rating: (days: number) => `评价互相看不见，双方都写完或 ${days} 天后才公开。`,
    decay: (percent: string) => `贡献值每年少 ${percent}%，它是用来流动的，不是用来攒的。`,
    noMoney: '贡献值不能买卖，也不能借；帮过就是帮过，谁也不用补给谁。',
    privacy: '公开记录里没有你的名字，只有一串编号。名字只有本社区的成员看得到。',
    name: '邻居们怎么称呼你',
    nameNote: '只给本社区的成员看，写平时的称呼就好。',
    keyNote:
      '不用记密码：按下以后，这台手机或电脑就认得你。以后请一直用它打开，别清除浏览器数据。',
    invited: '你是受一位成员邀请来的，邀请码会和你的加入一起记下。',
    agree: '我同意公约，加入社区',
    waitTitle: '还差一步：当面见会长',
    wait: '请去见会长，给会长看这个号码。会长在自己的手机上按一下确认，你就可以参与了，这一页会自己变。',
    yourCode: '你的号码',
    meanwhile: '先看看附近需要什么',
    attestedTitle: '会长已经确认了你',
    attested: '现在可以请邻居帮忙，也可以去帮忙了。',
  },

  invite: {
    title: '请邻居加入',
    lead: '把下面的网址告诉邻居。邻居打开后读公约、写名字，再来当面给你看号码。',
    address: '加入的网址',
    onlyHere: '这个网址只有这台电脑自己打得开。要让邻居的手机也打得开，请装同壹的人换一个大家都能用的网址。',
  },
}
