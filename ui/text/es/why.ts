/** Why a number is what it is. */
import type { zhWhy } from '../zh/why.ts'
import { plural } from './numbers.ts'

export const esWhy: typeof zhWhy = {
  factors: {
    minutes: 'tiempo',
    coefficient: 'dificultad',
    rating: 'valoración',
    group: 'grupo',
    notRated: 'sin valorar cuenta como bien',
    ifGood: 'si se valora bien',
    people: (n) => plural(n, 'persona', 'personas'),
    hours: (minutes) => `${Math.round(minutes / 0.6) / 100} h`,
    base: 'base',
    units: 'noches, días o veces',
    part: 'menos de la mitad cuenta por minutos',
    useful: 'personas a quienes les sirvió',
    resources: { 1: 'una noche', 2: 'un vehículo, un día', 3: 'una herramienta, un día', 4: 'un espacio de trabajo, un día', 5: 'una bicicleta, un día' },
    projects: { 1: 'Actividad de la comunidad', 2: 'Proyecto mediano' },
    works: {
      1: 'Encuentro · personas a quienes les sirvió',
      2: 'Artículo · personas a quienes les sirvió',
      3: 'Vídeo · personas a quienes les sirvió',
      4: 'Pódcast · personas a quienes les sirvió',
      5: 'Cuidar de la comunidad · personas a quienes les sirvió',
      6: 'Acompañar a quien llega · personas a quienes les sirvió',
    },
    others: {
      demand: () => 'lo solicitado que estaba',
      longStay: (n) => `estancia larga · ${n} noches`,
      share: () => 'tu parte',
      reach: (n) => `alcance · ${n} personas`,
      completion: () => 'lo completo que está',
      lasting: () => 'dejó una comunidad duradera',
      quality: () => 'calidad',
      repeated: (n) => `entre vosotros dos hubo hace poco ${n} ayudas cortas como esta`,
      score: () => 'confianza',
    },
    times: '×',
    equals: '=',
    roundedDown: 'Al final se redondea hacia abajo, una sola vez.',
    abroad: 'Una contribución en otra ciudad; cómo se calculó está en el registro de esa ciudad.',
  },

  why: {
    ask: 'por qué',
    title: (sum) => `Por qué ${sum}`,
    would: (sum) => `Por qué serían ${sum}`,
    said: (name, day) => `lo dijo ${name} el ${day}`,
    today: 'Hoy',
    left: (sum) => `con el tiempo quedan ${sum}`,
    recorded: 'Anotado',
    at: (seq, day) => `con el número ${seq}, el ${day}`,
    close: 'Entendido',
  },
}
