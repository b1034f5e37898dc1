/** Why a step of a project, of something done for everybody or of something sought after does not go through. In Spanish. */
import type { zhTogetherRefusals } from '../../zh/refusals/together.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, notHere, nothingToDo } from './once.ts'

export const esTogetherRefusals: Record<keyof typeof zhTogetherRefusals, Told> = {
  'demand-out-of-range': (s) => words('La carta no lo permite', `Lo normal es 1; la carta va de ${s.factor('leastPerMille')} a ${s.factor('mostPerMille')}`, 'Elige un número que esté dentro'),
  'gate-closed': words('La carta no permite esta manera de elegir', 'Cómo se reparten las plazas cuando faltan lo dice la carta', 'Elige otra manera'),
  'unknown-project': words('No encontramos este proyecto', notHere, lookAgain),
  'already-applied': words('Ya te has apuntado', 'Cada persona se apunta una vez', 'Espera a que se repartan las plazas'),
  'not-applied': words('No te habías apuntado', 'No hay nada que retirar', lookAgain),
  'no-auction': words('Aquí no se ofrece nada por una plaza', 'Las plazas de este proyecto no van por lo que se ofrece', 'Apúntate sin más'),
  'lifetime-too-low': (s) => words('Falta un poco para poder apuntarte', `Este proyecto pide haber contribuido ${s.cv('neededMilli')} en total; llevas ${s.cv('lifetimeMilli')}`, 'Ayuda antes en otra cosa, o pregunta a quien lo dirige'),
  'count-out-of-range': (s) => words('Ese número no vale', `Aquí ${s.raw('most')} como mucho`, 'Elige un número que no pase de ahí'),
  'shares-out-of-range': (s) =>
    words('Las partes no salen', `Como mucho ${s.percent('coreMaxPerMille')} para cada quien dirige y ${s.percent('participantMaxPerMille')} para cada quien participa, 100 % entre todos, y más de cero cada una`, 'Cambia las partes'),
  'other-report': words('Lo dicho ha cambiado', 'Lo que viste no es lo último', 'Abre otra vez la página y léelo de nuevo'),
  'unknown-work': words('No encontramos lo que se hizo', notHere, lookAgain),
  'already-valued': words('Ya dijiste que te sirvió', 'Cada persona lo dice una vez', nothingToDo),
  'already-judged': words('Ya lo ha mirado otro responsable', 'Cada cosa se mira una vez', nothingToDo),
}
