/** Exploring, posting, one listing, answering it, in Spanish. */
import type { Scope } from '#protocol/listing.ts'
import { esMarket } from './market.ts'
import type { zhListings } from '../zh/listings.ts'

const scopes: Record<Scope, string> = {
  hub: 'Se queda en esta comunidad, no va a otras ciudades',
  peers: 'Ciudades que conocemos bien',
  federation: 'Todas las ciudades conectadas',
}

export const esListings: typeof zhListings = {
  market: esMarket,

  scopes,

  listing: {
    write: 'Preguntar antes por carta',
    gatherings: 'Ver cuándo, y apuntarse',
    lead: 'Poner una hora y abrirlo',
    who: 'De',
    when: 'Publicado',
    howTitle: 'Cómo se cuenta esto',
    how: {
      noLength: 'La duración la acordáis vosotros; 60 minutos de ayuda del día a día son:',
      specialist: (parts) => `Acordado como saber especial: ${parts}.`,
      priceNone: 'Recibir ayuda no cuesta nada.',
      priceHour: 'Quien recibe ayuda gasta el mismo tiempo; lo que le falte lo cubre la comunidad.',
      abroad: (city, { local, global }) =>
        `Cuando ayudas en ${city}, su carta fija el número y lo recibes en CV global, más o menos ${local} por ${global}; en casa cuenta para tu nivel y tu historia.`,
      visitor: (city, { local, global }) =>
        `Por una hora de ayuda en ${city} das una hora en CV global, más o menos ${local} por ${global}; la envías desde casa a quien te ayuda.`,
      abroadSum: (time, sum) => `${time}: cerca de ${sum}`,
      sum: (time, factor, total) => `${time} × ${factor} (ayuda del día a día) × 1.0 (bien) = ${total}`,
    },
    help: 'Puedo ayudar',
    want: 'Pedir esto',
    message: 'Unas palabras',
    messageHint: 'Cuándo te vendría bien y cómo lo harías.',
    messageHelp: 'Puedo ayudar con esto.',
    messageWant: 'Me gustaría que me ayudaras.',
    send: 'Enviar',
    sent: 'Ya lo sabe. Cuando acepte, tu página de inicio te pedirá confirmar.',
    abroadOffer: (city) => `Esto es en ${city}; por ahora solo pueden tomarlo los miembros de allí.`,
    joinFirst: 'Únete a la comunidad para responder.',
    applicationsTitle: 'Quién ha respondido',
    noApplications: 'Aún no ha respondido nadie. Tu página de inicio te avisará.',
    agree: 'De acuerdo',
    agreed: 'Enviado; falta que confirme.',
    withdraw: 'Retirar',
    agreedWith: (name) => `Tú y ${name} lo habéis acordado.`,
    seeAgreement: 'Ver el acuerdo',
    validUntil: 'Abierto hasta',
    close: 'Cerrar esto',
    closeWhen: '¿Ya encontraste a alguien, o ya no hace falta? Ciérralo, y nadie más preguntará.',
    closeSure: 'Los demás dejarán de verlo y no se puede volver a abrir. Lo acordado sigue en pie.',
    closeYes: 'Sí, cerrar',
    closedDone: 'Cerrado.',
    agreeTitle: (name) => `Acordar con ${name}`,
    length: 'Cuánto',
    begins: 'Empieza',
    ends: 'Termina',
    what: 'De qué tipo',
    propose: 'Confirmar y enviar',
    proposed: 'Enviado. Queda acordado cuando confirme.',
    will: (sum) => `Cerca de ${sum} al terminar`,
    closedNote: 'Esto está cerrado.',
    words: (title, message) => `${title}\n${message}`,
  },

  post: {
    kind: 'Qué es',
    need: 'Necesito ayuda',
    offer: 'Puedo ayudar',
    subject: 'En una línea',
    words: 'Unas palabras más',
    wordsHint: 'Más o menos dónde, y qué hay que llevar. Sin número de casa ni teléfono; eso, después de acordarlo.',
    length: 'Más o menos cuánto',
    unknown: 'No lo sé',
    category: 'Categoría',
    scope: 'Quién lo ve',
    preview: 'Lo que ven los demás',
    send: 'Publicar',
  },

  add: {
    title: '¿Qué quieres hacer?',
    record: 'Acabas de ayudar, o te han ayudado',
    need: 'Di qué necesitas',
    offer: 'Di qué sabes hacer o puedes prestar',
    event: 'Reunir a la gente',
  },
}
