/** Founding a community and joining one, in Spanish. */
import type { zhArriving } from '../zh/arriving.ts'
import { plural } from './numbers.ts'

const regions: Record<'af' | 'as' | 'eu' | 'na' | 'oc' | 'sa', string> = {
  as: 'Asia', eu: 'Europa', af: 'África', na: 'América del Norte', sa: 'América del Sur', oc: 'Oceanía',
}

export const esArriving: typeof zhArriving = {
  setup: {
    title: 'Crear una comunidad',
    step: (n, of) => `Paso ${n} de ${of}`,
    languageTitle: '¿En qué idioma?',
    languageNote: 'Después cada cual puede cambiarlo para sí.',
    placeTitle: '¿Dónde está?',
    city: 'Ciudad o barrio',
    cityNote: 'El nombre que verán los vecinos, por ejemplo «Barcelona · Gràcia».',
    name: 'Nombre corto',
    nameNote: 'Minúsculas sin acento, cifras y guiones, 24 como mucho, por ejemplo barcelona. Después no se puede cambiar.',
    region: 'Continente',
    presetTitle: '¿Cómo se cuenta la ayuda?',
    presets: {
      'city': {
        name: 'Comunidad de ciudad',
        words: 'Un minuto de ayuda es 1 CV; enseñar un idioma o programar cuentan más. Pedir ayuda no cuesta nada, así que cualquiera puede pedir.',
      },
      'time-bank': {
        name: 'Banco de tiempo',
        words: 'La hora de cada cual vale lo mismo y se muestra en horas y minutos. Una hora de ayuda gasta una hora; lo que falte lo cubre la comunidad, y no hay que compensarlo después.',
      },
      'gift': {
        name: 'Regalos',
        words: 'Se guarda quién ayudó a quién, y las gracias se dan en persona. Las reglas cuentan igual; lo que tiene cada cual no se muestra.',
      },
      'seed-literal': {
        name: 'El texto original al pie de la letra',
        words: 'Como lo dice el texto de la economía del sentido: por hora, por persona, y lo recibido se multiplica por la confianza. Para quien quiera comparar.',
      },
    },
    presetNote: 'Esta es la carta de la comunidad. Los miembros pueden cambiarla después con una votación, número a número.',
    stewardTitle: 'El primer responsable',
    stewardNote:
      'El responsable conoce en persona a quien llega. Elige a alguien de confianza a quien los vecinos vean a menudo, y usa su propio dispositivo. Invita pronto a dos más; los miembros pueden retirar a un responsable con una votación.',
    stewardName: 'Cómo te llaman los vecinos',
    keyNote: 'Desde ahora este dispositivo habla por el responsable. Sigue usándolo y no borres los datos del navegador.',
    finish: 'Crear la comunidad',
    doneTitle: 'Tu comunidad está lista',
    done: (city) => `${city} lleva su registro desde hoy. Este dispositivo ya ha entrado, y tú eres su primer responsable.`,
    toHome: 'A la página de inicio',
    checkName: 'Usa solo minúsculas sin acento, cifras y guiones.',
    already: 'Esto se hace una vez, y ya está hecho. Abre la página de inicio para unirte o entrar.',
    noToken: 'Falta el final de este enlace. Abre entero el enlace que mostró la instalación.',
  },

  regions,

  join: {
    title: (city) => `Unirse a ${city}`,
    charterTitle: 'Primero, la carta',
    charter: {
      'none': 'Un minuto de ayuda es 1 CV (贡献值, valor de contribución). Pedir ayuda no cuesta nada.',
      'hour-for-hour': 'La hora de cada cual vale lo mismo. Una hora de ayuda gasta una hora; lo que falte lo cubre la comunidad, y no hay que compensarlo después.',
    },
    coefficient: (name, times) => `${name} cuenta ${times} veces.`,
    confirm: (days) => `Una parte dice cuánto tiempo fue y la otra lo confirma; si nadie responde en ${plural(days, 'día', 'días')}, queda confirmado. Hasta entonces lo verás en tu página de inicio.`,
    rating: (days) => `Las valoraciones no se ven hasta que las dos partes han valorado, o durante ${plural(days, 'día', 'días')}.`,
    decay: (percent) => `El CV disminuye un ${percent} % cada año: está hecho para circular, no para acumularlo.`,
    noMoney: 'El CV no se compra, no se vende y no se presta. Quien recibe ayuda no queda en falta con nadie.',
    privacy: 'En el registro público hay un número en lugar de tu nombre. El nombre solo lo ven los miembros de esta comunidad.',
    name: 'Cómo te llaman los vecinos',
    nameNote: 'Solo lo ven los miembros de esta comunidad; basta con el nombre de siempre.',
    keyNote: 'No hay contraseña que recordar: desde ahora este teléfono u ordenador te conoce. Sigue usándolo y no borres los datos del navegador.',
    invited: 'Te ha invitado un miembro; el código se anota al unirte.',
    agree: 'Acepto la carta y me uno',
    waitTitle: 'Un paso más: ver a un responsable',
    wait: 'Ve a ver a un responsable y enséñale este número. Te confirmará en su propio teléfono y podrás participar; esta página cambia sola.',
    yourCode: 'Tu número',
    meanwhile: 'Ver qué hace falta cerca',
    attestedTitle: 'Un responsable te ha confirmado',
    attested: 'Ya puedes pedir ayuda a los vecinos, y ayudarles.',
  },

  invite: {
    title: 'Invitar a vecinos',
    lead: 'Da esta dirección a los vecinos. La abren, leen la carta y escriben un nombre; después vienen a verte y te enseñan su número.',
    address: 'Dirección para unirse',
    onlyHere: 'Esta dirección solo la puede abrir este ordenador. Para los teléfonos de los vecinos, pide a quien instaló Tongyi una dirección a la que lleguen todos.',
  },
}
