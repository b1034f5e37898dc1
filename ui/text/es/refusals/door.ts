/** Why the community's computer does not take something before it reaches the record. In Spanish. */
import type { DoorRefusal } from '#protocol/api.ts'
import { type Told, type Words, words } from '../../words.ts'
import { tellSteward } from './once.ts'

const nothingLost = 'No se ha escrito nada y no se ha perdido nada'
const readingOnly = 'Ahora solo se puede leer'
const pictureTooLarge = 'Esta foto es demasiado grande'
const unsentLetter = 'La carta no se puede entregar'

/** Why the board did not take it, where there is something that a member can do. */
const listingRefusals: Record<string, Words> = {
  'not-attested': words('Aún no puedes publicar', 'Falta que te vea un responsable', 'Ve a ver a un responsable; después podrás publicar enseguida'),
  'closed': words('Esto ya está cerrado', 'Quien lo publicó acaba de cerrarlo', 'Mira las otras necesidades'),
  'metadata': words('Esta foto lleva algo más dentro', 'Solo puede llevar la foto misma', 'Elígela otra vez en la página de publicar, donde este dispositivo la dibuja de nuevo'),
  'dimensions': words(pictureTooLarge, '1600 puntos por lado como mucho', 'Elígela otra vez en la página de publicar'),
  'too-large': words(pictureTooLarge, '112 KB como mucho', 'Elige una más pequeña'),
  'not-a-picture': words('Esto no es una foto', 'No se puede leer', 'Elige otra'),
  'too-many-pictures': words('Por ahora ya son bastantes fotos', 'Llegaron muchas juntas; desde aquí caben dos por hora', 'Publica sin foto, o ponla más tarde'),
  'too-many-searches': words('Ya hay diez búsquedas guardadas', 'Con más no se distinguirían', 'Olvida una antigua y guarda esta'),
  'own-listing': words('Esto lo has publicado tú', 'Es para que respondan otros', 'Espera; tu página de inicio avisa cuando alguien responda'),
}
const listingRefusal = words('No se ha publicado', 'No valen el texto, la fecha o la cantidad de cosas publicadas', 'Hazlo más corto, o cierra antes algo antiguo')

const letterRefusals: Record<string, Words> = {
  'unknown-member': words(unsentLetter, 'Esta persona no está, o aún no la ha visto un responsable', 'Mira si querías escribir a otra'),
  'not-about': words(unsentLetter, 'Lo publicado o el acuerdo ya no está', 'Puedes escribir desde lo que tiene publicado ahora'),
}
const letterRefusal = words(unsentLetter, 'La comunidad no ha admitido esta carta', 'Abre otra vez la página y escríbela de nuevo; si no, avisa a un responsable')

const circleRefusals: Record<string, Words> = {
  'circle-full': words('No queda sitio', 'El anuncio dice cuántos caben', 'Para que quepan más, cambia antes el anuncio'),
  'blocked': words('Has bloqueado a esta persona', 'Quien está bloqueado no entra', 'Para que entre, desbloquéala donde le escribes'),
  'task-taken': words('Ya lo hace otra persona', 'Se adelantó por un momento', 'Mira qué más hay por hacer'),
  'too-many-tasks': words('Hay demasiado por hacer', 'Caben treinta cosas sin hacer', 'Haced antes algunas, o retíralas'),
}
const circleRefusal = words('No se ha hecho', 'No estás dentro, le toca a quien lo empezó, o ya no existe', 'Abre otra vez la página')

/** Why nothing is written now. */
const readOnly: Record<string, Words> = {
  'disk-full': words(readingOnly, 'El ordenador de la comunidad no tiene más espacio; este paso no se ha anotado', 'Avisa a un responsable, y hazlo otra vez cuando haya sitio'),
  'storage': words(readingOnly, 'El almacenamiento de la comunidad tiene un problema; este paso no se ha anotado', 'Avisa a un responsable, y hazlo otra vez un poco después'),
  'restoring': words(readingOnly, 'La comunidad comprueba o recupera su registro; este paso no se ha anotado', 'Hazlo otra vez cuando ya no esté el aviso de arriba'),
}

export const esDoor: Record<DoorRefusal['code'], Told> = {
  'malformed': words('La comunidad no lo ha entendido', 'Lo que se envió está incompleto', tellSteward),
  'too-large': words('Es demasiado largo', 'El texto pasa de lo que cabe de una vez', 'Hazlo más corto'),
  'no-session': words('Hay que entrar', 'Tu sesión terminó, o aún no te has unido', 'Vuelve a entrar'),
  'not-a-steward': words('Esta página es solo de los responsables', 'La carta se la encarga a ellos', 'Habla con un responsable'),
  'not-found': words('No se ha encontrado', 'Quizá terminó, o el enlace está incompleto', 'Vuelve a la página de inicio'),
  'wrong-token': words('El enlace no es correcto', 'La palabra del enlace de instalación no coincide', 'Usa entero el enlace que mostró la instalación'),
  'already-founded': words('La comunidad ya está creada', 'Eso se hace una sola vez', 'Abre la página de inicio'),
  'not-founded': words('La comunidad aún no está preparada', 'Falta terminar el primer paso', 'Usa el enlace que apareció al final de la instalación'),
  'wrong-host': words('La dirección no es correcta', 'La comunidad no conoce la dirección que usas', 'Usa la dirección que te dio un responsable'),
  'wrong-origin': words('No se puede hacer desde otra página', 'Por seguridad solo vale la página de esta comunidad', 'Abre directamente la dirección de la comunidad'),
  'too-many': (s) => words('Han sido demasiadas veces', 'La comunidad admite solo unas cuantas en poco tiempo', `Prueba otra vez en ${s.wait('retrySeconds')}`),
  'read-only': (s) => readOnly[s.raw('because')] ?? words(readingOnly, 'Este paso no se ha anotado', 'Prueba más tarde, o avisa a un responsable'),
  'busy': (s) => words('La comunidad está ocupada', nothingLost, `Prueba otra vez en ${s.wait('retrySeconds')}`),
  'hub-unreachable': words('Ahora no se llega a esa ciudad', 'Quizá esté un rato sin conexión', `${nothingLost}; prueba más tarde`),
  'blob-mismatch': words('El texto no encaja', 'El texto que venía no es el del registro', tellSteward),
  'device-ended': words('El dispositivo con el que se confirmó ya no vale', 'Su dueño lo dio de baja en su propia ciudad', 'Puede confirmar otra vez con un dispositivo que aún tenga; si no le queda ninguno, le ayuda un responsable de su ciudad'),
  'draft-dropped': words('Lo que propusiste ya no está', 'Se retiró, o la otra persona no aceptó', 'Si todavía quieres, habladlo y propónlo otra vez'),
  'listing-refused': (s) => listingRefusals[s.raw('because')] ?? listingRefusal,
  'letter-refused': (s) => letterRefusals[s.raw('because')] ?? letterRefusal,
  'circle-refused': (s) => circleRefusals[s.raw('because')] ?? circleRefusal,
  'bad-card': words('Esta tarjeta no se puede leer', 'Está incompleta, o alguien la cambió', 'Pide que copien otra vez la tarjeta entera'),
  'already-federated': words('Ya estamos conectados con otras ciudades', 'Eso se empieza una sola vez', 'Para añadir una ciudad, pega su tarjeta y pulsa «Invitar a esta ciudad»'),
  'no-federation': words('No estamos conectados con otras ciudades', 'Antes hay que empezar una conexión, o unirse a una', 'Un responsable puede intercambiar tarjetas en «Gestión», en «Ciudades conectadas»'),
  'own-card': words('Esta es nuestra propia tarjeta', 'Hay que pegar la de la otra comunidad', 'Pídesela a un responsable de allí'),
  'other-card': words('Allí respondió otra comunidad', 'La comunidad de esa dirección no muestra la tarjeta de este código', 'Pide un código nuevo a un responsable de allí'),
  'member-already': words('Esa ciudad ya está conectada', 'Además de la llave nueva, esta tarjeta es distinta de la que tenemos', 'Pide a un responsable de allí la tarjeta que muestra ahora su página'),
  'bad-terms': (s) =>
    words('Así no se puede acordar', `Al año disminuye un 15 % como mucho, hacen falta al menos 3 locales por 1 global, y vale como pronto desde el año ${s.raw('fromYear')} de la conexión`, 'Cambia los números y prueba otra vez'),
  'cannot-close': (s) =>
    words(
      'Esa ciudad aún no se puede cerrar',
      s.raw('because') === 'no-will' ? 'No dijo quién la releva, o la ciudad que nombró ya no está conectada'
        : s.raw('because') === 'connected' ? 'Ahora mismo está conectada'
        : 'Lleva callada menos de treinta días',
      'Prueba antes a hablar con sus responsables',
    ),
  'already-signed': words('Esta ciudad ya ha aceptado', 'Lo que se acordó entre todas no lo retira una sola', 'Espera a que acepten también las otras ciudades'),
  'no-evidence': words('Este archivo no prueba nada', 'Lo que lleva no encaja, o no es una evidencia', 'Mira que el archivo esté entero y prueba otra vez'),
  'challenge-expired': words('Entrar tardó demasiado', 'Este intento ha caducado', 'Entra otra vez'),
  'wrong-signature': words('No se ha podido confirmar que eres tú', 'La llave de este dispositivo no encaja con tu cuenta', 'Usa el dispositivo con el que te uniste'),
  'internal': (s) => words('El programa de la comunidad se ha equivocado', nothingLost, `Dile este número a un responsable: ${s.raw('request')}`),
}
