/** Coming back from a backup, in Spanish. */
import type { zhRestore } from '../zh/restore.ts'

export const esRestore: typeof zhRestore = {
  restore: {
    asking: (silent) =>
      `La comunidad se recupera de una copia de seguridad, y pregunta a las otras ciudades qué conservan. ${silent === '' ? '' : `Sin respuesta todavía: ${silent}. `}Puedes leerlo todo; aún no se puede escribir.`,
    fetching: (n) => `La comunidad se recupera de una copia de seguridad, y trae de otras ciudades lo que falta: ${n} hasta ahora. Puedes leerlo todo; aún no se puede escribir.`,
    ready: (n) => `La comunidad se recupera de una copia de seguridad. Se han comprobado las ${n} anotaciones; sigue cuando lo confirme un responsable. Puedes leerlo todo; aún no se puede escribir.`,
    withheld: (city, n, until) =>
      until === null
        ? ` ${city} ha confirmado ${n} anotaciones más de esta comunidad y no las ha devuelto. Si los responsables confirman, se renuncia a esas ${n}.`
        : ` ${city} ha confirmado ${n} anotaciones más de esta comunidad y aún no las ha devuelto. Desde el ${until} los responsables pueden decidir seguir sin ellas.`,
    stopped: 'Lo anotado aquí no es lo que esta comunidad dijo antes, así que se ha detenido. Puedes leerlo todo, pero no se puede escribir; un responsable debería leer lo que dice el ordenador.',
    done: (date, lost) =>
      `Lo anotado aquí se recuperó de una copia de seguridad el ${date}. Si algo tuyo no ha vuelto, lo dice la página «Yo».${lost === 0 ? '' : ` Pérdidas anotadas: ${lost}.`}`,
    title: 'Recuperar de una copia de seguridad',
    what: (n, from) => (from === '' ? `Aquí hay ${n} anotaciones. No se ha traído nada de otras ciudades.` : `Aquí hay ${n} anotaciones; lo que faltaba ha vuelto de ${from}.`),
    silent: (cities) => `Sin respuesta todavía: ${cities}. Espera si puedes: lo que solo ellas conservan se perdería, y no podrían volver a responder por esta comunidad.`,
    without: (city, n) =>
      `${city} ha confirmado ${n} anotaciones más de esta comunidad, y lleva un día sin devolverlas. Si sigues ahora, se renuncia a esas ${n}: no contarán si aparecen, y ${city} no podría volver a responder por esta comunidad. Pregunta antes a un responsable de allí.`,
    alone: 'Ninguna otra ciudad conserva el registro de esta comunidad. Lo que se escribió después de la copia se ha perdido.',
    approvals: (got, needed) => `Han confirmado ${got} de ${needed} responsables.`,
    note: 'Después todos pueden escribir otra vez, y no se trae nada más de fuera. Si no sabes por qué esto es una copia, no pulses todavía: pregunta a quien cuida del ordenador.',
    confirm: 'Es una copia; seguir',
    afterYes: {
      restored: 'Confirmado; la comunidad sigue.',
      more: 'Confirmado; faltan los otros responsables.',
      changed: 'Algo acaba de cambiar, y todavía no se ha confirmado nada. Lee otra vez lo de arriba y pulsa después.',
    },
    lostTitle: 'Anotaciones perdidas al recuperar',
    lostNote:
      'Cuando la comunidad se recuperó de una copia, estos pasos tuyos no volvieron, y ya no cuentan. Si alguno importa todavía, hazlo otra vez: anota de nuevo la ayuda, por ejemplo. Los recibos están en este dispositivo; puedes anotar que se perdieron, para que todos vean cuántos fueron. Eso solo no devuelve CV.',
    lostOne: (seq, what) => `N.º ${seq} · ${what}`,
    claim: 'Anotar esta pérdida',
    claimsTitle: 'Pérdidas que han anotado los miembros',
    claimsNote:
      'Anotaciones que no volvieron al recuperar la comunidad de una copia, según dicen los propios miembros. El registro público dice quién lo dijo, qué número y cuándo. Qué era está en el recibo, en el dispositivo del miembro: miradlo juntos. Si todavía importa, el miembro lo hace otra vez.',
    claimsOne: (seq, restored) => `N.º ${seq}, perdido al recuperar el ${restored}`,
    claimed: 'Anotado.',
    onRecord: 'anotado',
  },
}
