/**
 * Who plays: five cities of the seeds [S1174-1200], and in each some people of the kinds the seeds describe [S872-936]:
 * somebody between two jobs, a guesthouse that looks for help, a designer with a studio that stands empty at night, neighbours
 * who mend, cook, teach and listen. The seeds name no persons; these names are made up. What they need and share is the
 * seeds' own: dumplings [S490-525], a room in Beijing [S608], an English menu for a village [S572], a studio [S923], a
 * workspace and a flat for some nights [S1469-1473].
 */
import type { Resource } from '#ledger/charter/charter.ts'
import type { ListingCategory, ListedResource } from '#protocol/listing.ts'

export type Place = 'chiangmai' | 'barcelona' | 'tokyo' | 'beijing' | 'lisbon'

/** Something that is needed, and for how long somebody would be busy with it. */
export type Need = { title: string; words: string; minutes: number; category: ListingCategory; skill: 1 | 2 | 3; online?: true; tags: string[] }
export type Share = { title: string; words: string; resource: ListedResource; code: Resource; days: number; category: ListingCategory }

export type CityScript = {
  name: Place
  city: string
  inChinese: string
  region: 'as' | 'eu'
  language: 'zh' | 'en'
  /** What its listings are written in. */
  speaks: string
  /** The first is the steward; those at the beginning do more than those at the end. */
  people: string[]
  needs: Need[]
  shares: Share[]
  /** What people write beside a short help. */
  notes: string[]
  /** Coordinates for the map, degrees. */
  at: { latitude: number; longitude: number; name: string }
  evening: { title: string; words: string }
}

const chiangmai: CityScript = {
  name: 'chiangmai', city: 'Chiang Mai', inChinese: '清迈', region: 'as', language: 'en', speaks: 'en',
  people: ['Somchai', 'Nok', 'Malee', 'Arun', 'Ploy', 'Daniel', 'Kanya', 'Prasert'],
  needs: [
    { title: 'An English menu for a village kitchen', words: 'Twelve dishes and where they come from. Somebody who can draw is welcome; we cook.', minutes: 120, category: 'cross-cultural', skill: 2, tags: ['English', 'design'] },
    { title: 'Somebody to plan guided walks for our guests', words: 'Our guesthouse has rooms and stories and nobody who turns them into an afternoon.', minutes: 120, category: 'community-culture', skill: 1, tags: ['events'] },
    { title: 'Conversation in Chinese, for a beginner', words: 'Online, slowly, once a week.', minutes: 90, category: 'training', skill: 2, online: true, tags: ['Chinese'] },
    { title: 'Help with a leaking roof before the rain', words: 'Ladder and tiles are here.', minutes: 180, category: 'everyday', skill: 1, tags: ['repair'] },
  ],
  shares: [
    { title: 'A desk in a quiet garden office', words: 'Fan, fast line, tea. By the day.', resource: 'workspace', code: 4, days: 2, category: 'creator' },
    { title: 'Guest room by the old moat', words: 'A room of its own with breakfast among us.', resource: 'room', code: 1, days: 3, category: 'cross-cultural' },
  ],
  notes: ['Drove to the clinic', 'Watered the seedlings', 'Read letters together', 'Carried the rice upstairs', 'Cooked for the evening'],
  at: { latitude: 18.79, longitude: 98.99, name: 'Old town' },
  evening: { title: 'Evening at the river', words: 'Everybody brought a dish and a story.' },
}

const barcelona: CityScript = {
  name: 'barcelona', city: 'Barcelona', inChinese: '巴塞罗那', region: 'eu', language: 'en', speaks: 'en',
  people: ['Marta', 'Ana', 'Jordi', 'Laia', 'Pau', 'Nuria', 'Oriol', 'Carme'],
  needs: [
    { title: 'Making dumplings together, twelve of us', words: 'We have a kitchen and no idea. We would love to learn how they are folded.', minutes: 120, category: 'cross-cultural', skill: 1, tags: ['cooking'] },
    { title: 'A small website for the allotments', words: 'Four pages and a calendar.', minutes: 120, category: 'project-help', skill: 3, online: true, tags: ['web'] },
    { title: 'Somebody to accompany my mother to the market', words: 'Saturday mornings, an hour and a half.', minutes: 90, category: 'everyday', skill: 1, tags: ['company'] },
  ],
  shares: [
    { title: 'Design studio in Gràcia, evenings and weekends', words: 'A large table, good light, a printer that mostly works.', resource: 'workspace', code: 4, days: 1, category: 'creator' },
    { title: 'Cargo bicycle', words: 'Carries two children or one sofa.', resource: 'bicycle', code: 5, days: 2, category: 'everyday' },
  ],
  notes: ['Fixed the shutter', 'Looked after the twins', 'Translated a form', 'Carried shopping to the fourth floor', 'Repaired a bicycle'],
  at: { latitude: 41.4, longitude: 2.16, name: 'Gràcia' },
  evening: { title: 'Repair café on the square', words: 'Nineteen things came broken and fifteen went home whole.' },
}

const tokyo: CityScript = {
  name: 'tokyo', city: 'Tokyo', inChinese: '东京', region: 'as', language: 'en', speaks: 'en',
  people: ['Yuki', 'Haruto', 'Aoi', 'Ren', 'Sakura', 'Kenji', 'Hana', 'Takashi'],
  needs: [
    { title: 'Somebody to show my father how to use his telephone', words: 'Patience matters more than knowledge.', minutes: 60, category: 'everyday', skill: 1, tags: ['telephone'] },
    { title: 'Portuguese for a journey', words: 'Ten phrases and how they sound.', minutes: 60, category: 'training', skill: 2, online: true, tags: ['Portuguese'] },
  ],
  shares: [
    { title: 'Shared flat in Yanaka, a room for some nights', words: 'Quiet street, three minutes to the train.', resource: 'room', code: 1, days: 3, category: 'cross-cultural' },
    { title: 'Sewing machine', words: 'With a box of thread; I show how it works.', resource: 'tool', code: 3, days: 2, category: 'everyday' },
  ],
  notes: ['Swept the shrine steps', 'Taught a scale on the piano', 'Shopped for a neighbour', 'Mended a paper screen', 'Walked the dog'],
  at: { latitude: 35.72, longitude: 139.77, name: 'Yanaka' },
  evening: { title: 'Neighbourhood supper', words: 'Eight households, one long table.' },
}

const beijing: CityScript = {
  name: 'beijing', city: '北京', inChinese: '北京', region: 'as', language: 'zh', speaks: 'zh',
  people: ['陈玉兰', '王建国', '李梅', '周波', '赵文静', '刘洋', '孙晓', '吴桂芳'],
  needs: [
    { title: '修水龙头', words: '厨房的水龙头一直滴水，周六在家。', minutes: 90, category: 'everyday', skill: 1, tags: ['维修'] },
    { title: '想学做西班牙海鲜饭', words: '网上一起做一次也好，我可以教包饺子。', minutes: 90, category: 'cross-cultural', skill: 1, online: true, tags: ['做饭'] },
    { title: '陪父亲去医院复查', words: '下周三上午，我在外地赶不回来。', minutes: 180, category: 'everyday', skill: 1, tags: ['陪诊'] },
    { title: '社区刊物排版', words: '十二页，文字和照片都有了。', minutes: 120, category: 'creative', skill: 3, online: true, tags: ['设计'] },
  ],
  shares: [
    { title: '空房间一间，欢迎短住', words: '平时没人住，离地铁五分钟。', resource: 'room', code: 1, days: 3, category: 'cross-cultural' },
    { title: '电钻，带一盒钻头', words: '放在三楼，来拿就行。', resource: 'tool', code: 3, days: 1, category: 'everyday' },
  ],
  notes: ['帮忙取快递', '教用手机挂号', '修了纱窗', '陪着去买菜', '接孩子放学', '一起包饺子'],
  at: { latitude: 39.94, longitude: 116.4, name: '鼓楼' },
  evening: { title: '楼下包饺子', words: '十几户人家，三种馅，一锅一锅地煮。' },
}

const lisbon: CityScript = {
  name: 'lisbon', city: 'Lisboa', inChinese: '里斯本', region: 'eu', language: 'en', speaks: 'en',
  people: ['Rita', 'João', 'Inês', 'Tiago', 'Beatriz', 'Nuno'],
  needs: [
    { title: 'A pair of hands for the community garden', words: 'Beds to dig, one morning.', minutes: 180, category: 'community-culture', skill: 1, tags: ['garden'] },
  ],
  shares: [
    { title: 'Van, by the day', words: 'Two seats, a lot of space.', resource: 'vehicle', code: 2, days: 1, category: 'everyday' },
  ],
  notes: ['Helped with a move', 'Cooked soup', 'Checked homework'],
  at: { latitude: 38.71, longitude: -9.13, name: 'Alfama' },
  evening: { title: 'Fado in the courtyard', words: 'Two guitars, forty people.' },
}

/** In the order in which they found their federation. The last one will not keep to its word. */
export const cast: readonly CityScript[] = [chiangmai, barcelona, tokyo, beijing, lisbon]
