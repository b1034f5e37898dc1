/** Why dealings with a city are frozen, in Spanish. */
import type { zhFrozen } from '../zh/frozen.ts'

export const esFrozen: typeof zhFrozen = {
  frozen: {
    city: (city) => `El trato con ${city} está en suspenso: su registro público ha dicho dos cosas que no pueden ser ciertas a la vez.`,
    own: 'Hay evidencia de que el registro público de esta comunidad ha dicho dos cosas que no pueden ser ciertas a la vez. Otras ciudades dejarán en suspenso su trato con nosotros.',
    why: 'Ver la evidencia',
    doubt: (city) => `Hay algo que preguntar a ${city}. Nada queda en suspenso.`,
    doubtTitle: (city) => `Qué hay que preguntar a ${city}`,
    doubtLead: (city) =>
      `El ordenador de esta comunidad ha encontrado algo que la comunidad de ${city} no debería haber hecho. Puede ser un error, así que nada queda en suspenso por eso: los responsables lo miran y deciden.`,
    doubtMeans: [
      'Nada cambia solo: lo que viene de allí llega como antes, y puedes enviar allí.',
      'Los responsables pueden preguntar a los de allí qué pasa.',
      'Pueden admitir menos de allí, o nada, hasta que esté claro: en la página sobre otras ciudades.',
    ],
    title: (city) => `Por qué el trato con ${city} está en suspenso`,
    ownTitle: 'Evidencia de que nuestro registro se contradice',
    lead: (city) =>
      `Cada comunidad lleva un registro público que solo crece; lo que está en él no se cambia nunca. La comunidad de ${city} ha puesto dos veces su sello bajo su registro, y las dos no pueden ser ciertas.`,
    ownLead: 'Cada comunidad lleva un registro público que solo crece; lo que está en él no se cambia nunca. Esta comunidad ha puesto dos veces su sello bajo su registro, y las dos no pueden ser ciertas.',
    what: {
      E1: 'Dio recibos de dos anotaciones distintas con un mismo número. Un número tiene una sola.',
      E2: 'Cuando su registro tenía tantas anotaciones, lo mostró de dos formas distintas.',
      E3: 'Selló sus anotaciones como eran; en lo que selló después, esas mismas son otras.',
      E4: 'Dio un recibo de una anotación con un número; en su registro público ese número lo tiene otra.',
      E5: 'Para un mismo lugar en la fila de lo que envía a otras ciudades firmó dos órdenes distintas: el mismo CV podía salir dos veces.',
      E6: 'Donde las ciudades responden por lo que otra envía, respondió por dos órdenes distintas en un mismo lugar.',
      E7: 'Su registro público tiene una anotación que las reglas comunes no permiten.',
      E8: 'Hace una semana que sabe de un CV que le llegó, y no lo ha admitido.',
      E9: 'Firmó que algo parecía raro, y las anotaciones que nombra no dicen eso.',
    },
    meansTitle: 'Qué significa para mí',
    means: [
      'El CV que viene de allí queda en espera y no llega.',
      'Ahora no se puede enviar CV allí. Lo que se había pedido y no había salido ha vuelto a quien lo pidió.',
      'Lo que había llegado antes se queda, y la ayuda en esta comunidad sigue como siempre.',
      'No quiere decir que los vecinos de allí hicieran mal: quizá falló su ordenador, o alguien cambió el registro.',
      'Los responsables de todas las ciudades pueden levantar el suspenso juntos, cuando esté claro qué pasó.',
    ],
    ownMeans: [
      'Otras ciudades que comprueben la evidencia dejan en espera lo que enviamos, y no envían nada aquí.',
      'La ayuda en esta comunidad sigue como siempre, y todas las anotaciones están ahí.',
      'Quizá el ordenador de la comunidad siguió desde una copia antigua, o alguien cambió el registro. Los responsables deberían averiguarlo y contarlo a todos.',
      'Los responsables de todas las ciudades pueden levantar el suspenso juntos; este aviso se queda, y nadie puede quitarlo solo.',
    ],
    checkTitle: 'Cómo comprobarlo',
    check: [
      'Pulsa «Guardar la evidencia». Guarda el archivo, o envíalo a quien quieras.',
      'Abre la página para comprobar en «Registro público» y dale el archivo; dice si la evidencia se sostiene.',
      'Si prefieres no fiarte de esta dirección, ejecuta la orden de abajo en un ordenador con Tongyi; no hace falta red.',
      'Compara el número de comunidad de abajo con el de la tarjeta de esa comunidad. El nombre solo lleva sus primeras cifras.',
    ],
    command: (file) => `npm run audit -- ${file}`,
    hubId: 'Número de comunidad',
    id: 'Número de evidencia',
    save: 'Guardar la evidencia',
  },
}
