/** What the cities have agreed on together, in Spanish: what a year takes, how value is converted, how much is added. */
import type { TermsTexts } from '../zh/terms.ts'

export const esTerms: TermsTexts = {
  title: 'Lo que han acordado las ciudades',
  say: (percent, parts, issue) =>
    `El CV global disminuye un ${percent} % al año; ${parts === '' ? 'el local no se puede cambiar por global' : `hacen falta al menos ${parts} locales por 1 global`}; cada ciudad puede añadir ${issue} al año como mucho.`,
  from: (date) => `Lo que disminuye y lo que se puede añadir al año valen así desde el ${date}; hasta entonces, como antes.`,
  change: 'Acordar otros números',
  note: 'Habladlo antes con los responsables de las otras ciudades, y poned todos los mismos números. Valen cuando hayan aceptado suficientes ciudades. El cambio entre local y global vale desde entonces; lo que disminuye y lo que se añade, desde el año siguiente, o si empieza en menos de 30 días, desde el otro. Lo ya anotado no cambia.',
  decay: 'Cuánto disminuye al año, en tanto por ciento (15 como mucho)',
  parts: 'Cuántos locales por 1 global (3 o más)',
  issue: 'Cuánto puede añadir al año cada ciudad',
  agree: 'Aceptarlo así',
  agreed: 'Aceptado; falta que los responsables de las otras ciudades acepten los mismos números',
  waiting: (terms, date) => `Hemos aceptado: ${terms} El cambio entre local y global vale cuando acepten suficientes ciudades; lo demás, desde el ${date}. Falta que los responsables de las otras ciudades acepten los mismos números.`,
  withdraw: 'Retirar que aceptamos',
  withdrawn: 'Retirado',
}
