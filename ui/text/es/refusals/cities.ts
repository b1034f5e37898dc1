/** Why a step between cities does not go through. In Spanish. */
import type { zhCitiesRefusals } from '../../zh/refusals/cities.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

const byItself = 'Es un paso entre comunidades y no toca tu CV; la comunidad lo intenta otra vez sola'
const onceMore = 'Abre otra vez la página y hazlo de nuevo'

export const esCitiesRefusals: Record<keyof typeof zhCitiesRefusals, Told> = {
  'no-federation': words('No estamos conectados con otras ciudades', 'Para esto hay que estar conectados con otra ciudad', 'Un responsable puede intercambiar tarjetas en «Gestión», en «Ciudades conectadas»'),
  'unknown-hub': words('No conocemos esa comunidad', 'No es una de nuestras ciudades conectadas', 'Pide a un responsable que mire la tarjeta'),
  'no-community': words('Eso es una caja testigo, no una ciudad', 'Guarda copias y vota, y no tiene miembros', 'Elige una ciudad'),
  'no-will': words('Esa ciudad no dijo quién la releva', 'Solo se cierra una ciudad como sus responsables lo acordaron antes', 'Si no va a volver, las demás pueden conectarse de nuevo sin ella'),
  'not-silent': words('Esa ciudad aún no se puede cerrar', 'Lleva callada menos de treinta días, y no ha llegado el día que anunció', 'Espera, y prueba a hablar con sus responsables'),
  'guest-known': words('Este visitante ya ha estado aquí', 'No hace falta registrarle otra vez', nothingToDo),
  'bad-evidence': words('No se ha podido comprobar la prueba de la otra comunidad', 'Lo que muestra no encaja', 'Prueba más tarde, o pregunta a un responsable de allí'),
  'unknown-transfer': words('No encontramos este envío', 'No está en el registro', lookAgain),
  'not-an-award': words('Esto no viene de una ayuda', 'Detrás de este envío no hay ningún acuerdo', byItself),
  'already-counted': words('Esto ya se ha contado', 'Una contribución cuenta una vez', nothingToDo),
  'award-too-large': (s) => words('Es más de lo acordado', `Según el acuerdo, ${s.cv('mostMilli')} como mucho`, byItself),
  'bad-document': words('La lista de ciudades está mal', 'No tiene la forma que hace falta', byItself),
  'wrong-version': words('La lista de ciudades no es la última', 'Hay una más nueva', byItself),
  'signatures-missing': (s) => words('Falta que acepten otras ciudades', `De momento ${s.raw('got')} de ${s.raw('needed')}`, byItself),
  'reports-missing': (s) => words('Falta que respondan otras ciudades', `De momento ${s.raw('got')} de ${s.raw('needed')}`, byItself),
  'not-in-document': words('No estamos en la lista', 'La lista de ciudades que llegó no nos incluye', byItself),

  'own-hub': words('Esta es nuestra propia comunidad', 'Para un envío hace falta otra ciudad', 'Elige otra ciudad'),
  'hub-frozen': words('El trato con esta ciudad está en suspenso', 'Su registro público ha dicho dos cosas que no pueden ser ciertas a la vez, así que ahora no se envía CV allí', 'La evidencia está en «Ciudades conectadas»; lo anotado antes sigue igual'),
  'offence-settled': words('Esto ya lo han zanjado todas las ciudades', 'Han acordado seguir adelante desde ahí, y nadie queda en suspenso otra vez por ello', 'Lo acordado está en la lista de ciudades'),
  'no-keys-yet': words('Aún no se puede tratar con otras ciudades', 'Los responsables no lo han puesto en marcha', 'Un responsable puede hacerlo en «Gestión»'),
  'bad-expiry': words('El plazo no vale', 'Tiene que estar en el futuro y no muy lejos', onceMore),
  'no-award-due': words('No hay nada por enviar', 'Ya se envió, o aún no ha terminado', lookAgain),
  'other-amount': words('Las cantidades no coinciden', 'Lo que hay que enviar no es lo que se pidió', onceMore),
  'transfer-mismatch': words('No es lo que se pidió', 'No coinciden quién lo recibe, la ciudad o la cantidad', lookAgain),
  'already-approved': words('Ya has dicho que sí', 'Cada responsable acepta una vez', 'Espera a los demás'),
  'wrong-slot': words('El orden ha cambiado', 'Antes entró otro envío', onceMore),
  'bad-order': words('Este envío está mal escrito', 'No son correctos su cantidad, su fecha o su orden', byItself),
  'slot-open': words('El anterior aún no ha terminado', 'Otras ciudades lo están comprobando', 'Prueba dentro de un rato'),
  'nothing-to-certify': words('No hay nada por comprobar', 'Está todo comprobado', nothingToDo),
  'bad-certificate': words('La comprobación no se sostiene', 'Pocas ciudades aceptaron, o no dicen lo mismo', byItself),
  'certificate-skipped': words('Falta un envío por medio', 'Antes tiene que llegar uno anterior', byItself),
  'nothing-for-us': words('Esto no es para nosotros', 'No trae nada para esta comunidad', byItself),
  'wrong-dispositions': words('No se admite así', 'Según la carta, lo que llega y lo que espera es otra cosa', byItself),
  'nothing-to-acknowledge': words('No se espera ninguna respuesta', 'La otra parte ya respondió', nothingToDo),
  'not-suspended': words('Esto no está en espera', 'Quizá se acaba de admitir o de devolver', lookAgain),
  'more-than-left': words('Es más de lo que queda', 'Ya no hay tanto en espera', onceMore),
  'above-transfer-max': (s) => words('Es más de lo que puede traer un envío', `De esa ciudad se admite ${s.cv('mostMilli')} por envío como mucho`, 'Sube antes el máximo de un envío, o devuélvelo'),
  'bad-trust': (s) =>
    words('Estos límites no encajan entre sí', s.raw('because') === 'level' ? 'El nivel que se reconoce va de 1 a 5' : 'Cada ciudad que responde por ella va una sola vez, no puede ser ella misma, y no se pueden pedir más de las que hay', 'Cámbialo y guarda otra vez'),
  'grows-too-fast': (s) => words('La confianza crece paso a paso', `Por ahora ${s.cv('mostMilli')} como mucho: de una vez se dobla, y después se queda 90 días`, 'Pon menos, y súbelo más adelante'),
}
