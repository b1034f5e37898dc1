/** Why a step of an agreement, a help, a session, a loan or a rating does not go through. In Spanish. */
import type { zhHelpingRefusals } from '../../zh/refusals/helping.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, notHere, nothingToDo } from './once.ts'

export const esHelpingRefusals: Record<keyof typeof zhHelpingRefusals, Told> = {
  'same-person': words('Las dos partes son la misma persona', 'Para una ayuda hacen falta dos', 'Elige a otro miembro'),
  'not-a-party': words('Aquí no tienes parte', 'Solo pueden hacerlo los dos que lo acordaron', 'Mira si has abierto el acuerdo de otras personas'),
  'bad-interval': words('Las horas no encajan', 'El final va después del comienzo, y el comienzo no hace más de treinta días', 'Cambia cuándo empieza o cuándo termina'),
  'begins-too-early': (s) => words('Eso queda muy atrás', `Lo más pronto que puede haber empezado es el ${s.moment('earliest')}`, 'Elige un comienzo posterior'),
  'ends-too-late': (s) => words('Queda demasiado lejos', `Lo más tarde que puede terminar es el ${s.moment('latest')}`, 'Elige una fecha más cercana'),
  'minutes-out-of-range': (s) => words('Esa duración no vale', `Aquí, entre 1 minuto y ${s.duration('most')}`, 'Cámbiala, o anótalo en varias veces'),
  'time-not-passed': (s) => words('Aún no ha pasado tanto tiempo', `Con lo que quien ayuda ya tiene anotado, hasta ahora caben aquí ${s.duration('most')} como mucho`, 'Pon menos, o anótalo dentro de unos días'),
  'unknown-agreement': words('No encontramos este acuerdo', notHere, lookAgain),
  'wrong-phase': words('No es el momento de este paso', 'El asunto ya ha avanzado, o aún no ha llegado ahí', 'Abre otra vez la página y mira por dónde va'),
  'not-begun': (s) => words('Todavía no ha empezado', `Lo acordado es el ${s.moment('begins')}`, 'Avisa de que has llegado cuando sea la hora'),
  'already-checked-in': words('Ya has avisado de que llegaste', 'Con una vez cada uno basta', nothingToDo),
  'own-report': words('Lo confirma la otra parte', 'Dijiste tú el tiempo, así que no lo confirmas tú', 'Espera a que responda'),
  'other-minutes': (s) => words('El tiempo no coincide', `La otra parte dijo ${s.duration('reported')}`, 'Abre otra vez la página y confirma ese tiempo, o elige «No es del todo así»'),
  'unknown-help': words('No encontramos esta ayuda', notHere, lookAgain),
  'day-in-future': words('Ese día no ha llegado', 'Solo se anota la ayuda que ya fue', 'Elige hoy o un día anterior'),
  'day-too-old': (s) => words('Ese día queda muy atrás', `Lo más antiguo que se puede anotar es el ${s.day('oldest')}`, 'Elige un día más reciente'),
  'before-joining': (s) => words('Alguien de vosotros aún no estaba', `La primera fecha posible es el ${s.first()}`, `Elige ${s.has('earliest') ? 'una hora más tarde' : 'un día más reciente'}`),
  'unknown-session': words('No encontramos esta actividad', notHere, lookAgain),
  'already-joined': words('Ya te has apuntado', 'Con una vez basta', 'Ven cuando sea la hora'),
  'not-joined': words('No está en la lista', 'Para avisar de la llegada hay que haberse apuntado', 'Apúntate antes'),
  'already-over': (s) => words('Su hora ya pasó', `Terminó el ${s.moment('ended')}`, 'Escribe a quien la dirige'),
  'other-code': words('El código no es ese', 'No es el de esta vez', 'Escanéalo otra vez, o pide que te lo lean de nuevo'),
  'unknown-slip': words('Este vale no sirve', 'El código no es correcto, o ya se usó', 'Mira bien el código, o usa otro vale'),
  'unknown-care-plan': words('No encontramos este plan de cuidados', notHere, lookAgain),
  'other-demand': (s) => words('Ahora está más o menos solicitado que antes', `Ahora cuenta ${s.factor('expectedPerMille')}, y con eso cambia lo que lleva`, 'Confirmadlo los dos otra vez'),
  'slot-taken': (s) => words('Alguien lo tiene ya a esa hora', `Queda libre el ${s.moment('free')}`, 'Elige otra hora, o pregunta a quien lo comparte'),
  'not-returned': words('Todavía no se ha devuelto', 'Nadie sabe cuándo quedará libre', 'Acuérdalo cuando vuelva, o pregunta a quien lo comparte'),
  'not-a-booking': words('Aquí no se prestó nada', 'Solo se devuelve lo prestado', 'Cuando termine, di cuánto tiempo fue'),
  'already-returned': words('Ya está devuelto', 'Se anota una vez', nothingToDo),
  'nothing-to-correct': words('No hay nada que corregir', 'Ya consta ese tiempo', 'Mira si querías elegir otra cosa'),
  'own-matter': words('Esto trata de ti', 'Nadie decide en lo suyo', 'Pide a otro responsable que lo mire'),

  'already-rated': words('Ya has valorado', 'Cada parte valora una vez', 'Se verá cuando las dos hayan valorado'),
  'rating-closed': words('Las valoraciones se cerraron', 'El plazo terminó; lo que no se valoró cuenta como bien', nothingToDo),
  'no-commitment': words('No hay valoración', 'Esta parte no ha valorado', nothingToDo),
  'other-commitment': words('La valoración no encaja', 'Lo que se abrió no es lo que se escribió', 'Avisa a un responsable'),
  'too-early': (s) => words('Aún no toca verla', `Se verá cuando las dos partes hayan valorado, o el ${s.moment('opens')}`, 'Espera un poco'),
}
