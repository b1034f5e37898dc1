/** The operator's pages in Spanish. */
import type { OperatorWords } from './words.ts'

const fine = (says: string) => ({ says, fix: null })
/** MiB as a person reads them. */
const room = (free: number | string | undefined): string => (Number(free) < 10_240 ? `${free} MiB` : `${Math.floor(Number(free) / 1024)} GiB`)
const some = (count: number | string | undefined, one: string, many: string): string => `${count} ${Number(count) === 1 ? one : many}`

export const es: OperatorWords = {
  language: 'es',
  own: 'Español',
  title: (city) => `${city}: cómo marcha`,
  operatorTitle: (city) => `${city}: operación`,
  states: { error: 'Error', waiting: 'En espera', loading: 'En curso', starting: 'Arrancando', success: 'Bien' },
  verdicts: {
    error: 'Algo necesita que actúes', waiting: 'Funciona; algo espera', loading: 'Funciona; algo está en marcha', starting: 'Arrancando', success: 'Todo está bien',
  },
  names: {
    disk: 'Disco', ledger: 'Registro', restore: 'Restauración', checkpoint: 'Checkpoint', cosigners: 'Cofirmantes', peers: 'Otras ciudades', reach: 'Entrada', votes: 'Lo comprobado', mirrors: 'Sincronización',
    backup: 'Copia de seguridad', rehearsal: 'Prueba de restauración', clock: 'Reloj', stewards: 'Responsables',
  },
  checks: {
    disk: {
      fine: ({ free }) => fine(free === undefined ? 'se puede escribir en él' : `${room(free)} libres`),
      low: ({ free }) => ({ says: `solo ${room(free)} libres`, fix: 'Haz sitio, o pasa a un disco mayor: por debajo de 16 MiB el hub solo se puede leer.' }),
      full: ({ free }) => ({ says: `lleno, quedan ${room(free)}; el hub solo se puede leer`, fix: 'Libera 32 MiB o más. El hub sigue solo, y no se pierde nada.' }),
      unreliable: () => ({ says: 'falló una escritura; el registro se está leyendo y verificando de nuevo', fix: 'El motivo está en los mensajes del hub. Si el disco está roto, restaura la copia en uno nuevo.' }),
    },
    ledger: {
      proved: ({ size }) => fine(`${some(size, 'anotación, verificada', 'anotaciones, todas verificadas')}`),
      proving: ({ done, total }) => fine(`se verifica desde el primer byte: ${done} de ${total}`),
      accused: () => ({ says: 'hay evidencia de que el registro de este hub se contradice', fix: 'No borres nada. Lee la evidencia en la página «Registro público», y habla con las otras ciudades.' }),
    },
    restore: {
      asking: ({ size }) => fine(`restaurado con ${size} anotaciones; se pregunta a las otras ciudades`),
      fetching: ({ size, confirmed }) => fine(`recuperando: ${size} de ${confirmed}`),
      ready: () => ({ says: 'espera a un responsable', fix: 'Un responsable abre su página y confirma, o usa confirm-restore.' }),
      stopped: () => ({ says: 'detenida: este directorio no puede mostrar que es el más nuevo', fix: 'Los mensajes del hub dicen por qué. Si hay un directorio más nuevo, arranca ese.' }),
    },
    checkpoint: {
      signed: ({ size }) => fine(`firmado hasta la anotación ${size}`),
      signing: ({ open }) => fine(`${some(open, 'anotación espera', 'anotaciones esperan')} la firma, en menos de un minuto`),
      late: ({ open, minutes }) => ({ says: `${open} anotaciones llevan ${minutes} minutos esperando la firma`, fix: 'Mira arriba Disco, Restauración y Registro. Si están bien, reinicia el hub y envía el paquete de ayuda a quienes lo desarrollan.' }),
    },
    cosigners: {
      alone: () => fine('no hay otras ciudades; el registro descansa en su propia palabra'),
      enough: ({ cosigned, members }) => fine(`${cosigned} de ${members} ciudades responden por él`),
      few: ({ cosigned, needed, silent }) => ({ says: `responden por él ${cosigned} y hacen falta ${needed}; aún no: ${silent}`, fix: 'Habla con quienes las operan. El registro sigue; en otros sitios se reconoce más tarde.' }),
    },
    peers: {
      alone: () => fine('en ninguna federación'),
      all: ({ all }) => fine(Number(all) === 1 ? 'está conectada' : `las ${all} están conectadas`),
      some: ({ here, all, away }) => ({ says: `${here} de ${all} están conectadas; no: ${away}`, fix: 'Quizá están apagadas. Este hub lo sigue intentando.' }),
      none: ({ away }) => ({ says: `ninguna está conectada: ${away}`, fix: 'Comprueba la red de esta máquina y si su cortafuegos deja pasar el puerto p2p; detrás de NAT basta una ciudad con dirección pública, o redirige un puerto y pon announce.' }),
    },
    reach: {
      announced: () => fine('en las direcciones de announce'),
      direct: () => fine('en una dirección propia, a la que han llegado otras ciudades'),
      unproven: () => fine('en una dirección pública; todavía no ha llegado a ella ninguna ciudad'),
      relayed: () => fine('a través de ciudades que hacen de enlace'),
      local: () => fine('en su propia red'),
      hidden: () => ({ says: 'ninguna ciudad puede llegar a él; él llega a ellas', fix: 'Redirige el puerto p2p en el rúter; después el hub encuentra solo su dirección. O pide a una ciudad con dirección pública que haga de enlace.' }),
    },
    votes: {
      known: () => fine('este hub sabe qué puede comprobar para otras ciudades'),
      asking: () => ({ says: 'este hub ha perdido lo que comprobó para otras ciudades, y se lo pregunta', fix: 'No hay que hacer nada; si sigue así, habla con las ciudades que no están.' }),
      forgotten: () => ({ says: 'este hub ha perdido lo que comprobó para otras ciudades, y ninguna puede decírselo: nada se mueve entre ciudades', fix: 'Un responsable hace una llave nueva: en su página, «Una llave nueva para comprobar».' }),
    },
    mirrors: {
      alone: () => fine('no hay registro de otra ciudad que leer'),
      level: () => fine('los registros de las otras ciudades están leídos hasta el final'),
      behind: ({ city, entries }) => fine(`${some(entries, 'anotación', 'anotaciones')} de ${city} por leer`),
      halted: ({ city, why }) => ({ says: `el registro de ${city} ya no se lee: ${why}`, fix: 'Hay algo mal en su registro. Mira la página «Registro público», y habla con ellos.' }),
    },
    backup: {
      young: () => ({ says: 'todavía no hay ninguna', fix: 'Haz hoy la primera: npm run hub -- backup DIR --with-keys; después cada día, con un temporizador.' }),
      fresh: ({ hours }) => fine(Number(hours) < 1 ? 'de hace menos de una hora' : Number(hours) < 48 ? `de hace ${some(hours, 'hora', 'horas')}` : `de hace ${Math.floor(Number(hours) / 24)} días`),
      old: ({ days }) => ({ says: `la última es de hace ${days} días`, fix: 'Mira por qué se paró el temporizador, y haz una ahora: npm run hub -- backup DIR.' }),
      never: () => ({ says: 'nunca hubo ninguna', fix: 'Si se rompe el disco y no hay otras ciudades, se pierde todo. Haz una ahora: npm run hub -- backup DIR --with-keys.' }),
    },
    rehearsal: {
      never: () => ({ says: 'aún no se ha restaurado ninguna copia', fix: 'Pulsa «Probar la restauración» en la página de operación, o usa restore DIR --test.' }),
      well: ({ days }) => fine(days === 0 ? 'probada hoy, y funcionó' : `probada hace ${some(days, 'día', 'días')}, y funcionó`),
      old: ({ days }) => ({ says: `probada por última vez hace ${days} días`, fix: 'Prueba de nuevo: una copia que no se puede restaurar no es ninguna.' }),
      failed: () => ({ says: 'la última prueba falló', fix: 'Esta copia no se puede restaurar. Haz otra, en otro lugar, y prueba esa.' }),
    },
    clock: {
      fine: () => fine('concuerda con el registro'),
      behind: ({ seconds }) => ({ says: `${seconds} segundos por detrás de la última anotación`, fix: 'Pon en hora esta máquina: timedatectl set-ntp true.' }),
    },
    stewards: {
      nothing: () => fine('nada los espera'),
      some: ({ count }) => ({ says: `${some(count, 'asunto los espera', 'asuntos los esperan')}`, fix: 'Di a un responsable que abra su página.' }),
    },
  },
  fix: 'Qué hacer',
  since: (when) => `desde ${when}`,
  checkedAt: (when) => `a fecha de ${when}`,
  home: 'A la comunidad',
  forOperators: 'Para quien opera el hub: ejecuta npm run hub -- operator en el servidor y abre la dirección que muestra.',
  sections: {
    peers: 'Otras ciudades', checkpoint: 'Checkpoint', plots: 'A lo largo del tiempo', copies: 'Copia de seguridad', update: 'Actualización', settings: 'Ajustes en vigor', support: 'Paquete de ayuda', danger: 'Zona de peligro',
  },
  peers: { city: 'Ciudad', connected: 'Conexión', here: 'conectada', away: 'no conectada', entries: 'Leídas', behind: 'Por leer', lastSeen: 'Última conexión', none: 'En ninguna federación.', halted: 'ya no se lee' },
  checkpoint: { entries: 'Anotaciones', root: 'Raíz', cosigners: 'Ciudades que cofirman', vouches: 'responde', silent: 'aún no', own: 'No hay otras ciudades: el registro descansa en su propia palabra.' },
  plots: {
    entries: 'Anotaciones del registro', board: 'Cambios del tablón en cinco minutos', behind: 'Anotaciones de otras ciudades por leer', day: '24 horas', week: '7 días',
    empty: 'Demasiado poco desde el arranque; hay un punto cada cinco minutos.', table: 'Cifras', time: 'Hora',
  },
  copies: {
    last: 'La última', never: 'Todavía no hay ninguna copia.', where: 'Directorio', entries: 'anotaciones', withKeys: 'con las llaves', withoutKeys: 'sin las llaves', rehearse: 'Probar la restauración',
    rehearsing: 'En marcha: la última copia se restaura en un directorio aparte, se verifica desde el primer byte y se quita. Carga esta página de nuevo para ver cómo fue.',
    rehearsed: (when) => `probada ${when}, y funcionó`, rehearsalFailed: (when) => `probada ${when}, y falló`,
    how: 'Cada día: npm run hub -- backup /backups/$(date +%F). Guarda las llaves en otro sitio, sin red.',
  },
  update: {
    running: 'En uso', how: 'Para actualizar: detén el hub (Ctrl-C o systemctl stop), git pull, npm ci, y arráncalo. Haz antes una copia. Un programa más antiguo no toca el directorio de uno más nuevo; el más nuevo lee el antiguo.',
  },
  settings: { name: 'Ajuste', value: 'Valor', origin: 'Origen', how: 'Cambia hub.toml y reinicia. npm run hub -- config check mira antes si se puede usar.' },
  support: { what: 'Un zip con las comprobaciones, los ajustes, las métricas y los últimos mensajes del hub. No lleva llaves, nombres, contactos ni textos de anuncios; ábrelo tú antes de pasarlo a nadie.', get: 'Obtener el paquete' },
  danger: {
    intro: 'Esto se hace solo en la línea de órdenes del servidor, porque un error no tiene vuelta atrás.',
    rows: [
      { what: 'Pasar a otra máquina', means: 'Nunca dos a la vez: una llave que escribe dos historias queda condenada por ello.', how: 'Detenlo; backup DIR --with-keys; restaura allí; no vuelvas a arrancar el directorio antiguo.' },
      { what: 'Restaurar una copia', means: 'De lo dicho después de ella solo vuelve lo que guardan otras ciudades.', how: 'restore DIR --data NEW; arranca; un responsable confirma.' },
      { what: 'Borrar keys/', means: 'El hub no podrá hablar nunca más como él mismo; la federación tendría que admitir a otro.', how: 'No lo hagas. Si se pierden, recupéralas de la copia de las llaves.' },
      { what: 'Detener el hub', means: 'No se pierde nada. Los miembros no pueden escribir, y las otras ciudades esperan.', how: 'Ctrl-C, o systemctl stop tongyi.' },
    ],
  },
  leave: 'Salir de esta página',
  closed: 'Esta dirección ya se usó o es demasiado antigua. Ejecuta de nuevo npm run hub -- operator en el servidor.',
  starting: 'El hub está arrancando; esta página se carga sola de nuevo.',
}
