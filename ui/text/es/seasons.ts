/** What the page of seasons says, in Spanish. */
import type { SeasonsTexts } from '../zh/seasons.ts'

export const esSeasons: SeasonsTexts = {
  title: 'Temporada alta y baja',
  lead: 'En los días en que muchos quieren usar algo, usarlo lleva más y quien lo comparte recibe más; en los días tranquilos, menos las dos cosas. Cuánto lo dice la carta; qué días, un responsable.',
  none: 'Nadie ha dicho nada todavía. Todos los días cuentan 1.',
  season: (what, factor) => `${what}: × ${factor}`,
  days: (from, until) => (from === until ? from : `${from} al ${until}`),
  by: (who, date) => `lo dijo ${who} el ${date}`,
  now: 'Ahora',
  sayTitle: 'Decir qué días',
  what: 'Usar qué',
  how: 'Esos días son',
  kinds: { busy: 'Temporada alta', plain: 'Normales', quiet: 'Temporada baja' },
  times: (factor) => `× ${factor}`,
  from: 'Desde qué día',
  until: 'Hasta qué día (incluido)',
  missing: 'Elige el primer día, y un último que no sea anterior a él ni a hoy',
  says: (what, days, factor) => `${what} cuenta × ${factor}: ${days}.`,
  saysRest: 'Lo que ya está acordado sigue igual.',
  send: 'Fijar estos días',
  done: 'Los días están fijados',
}
