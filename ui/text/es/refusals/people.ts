/** Why something does not happen because of who one is, with which device, and who may join or go. In Spanish. */
import type { Matter } from '#ledger/refusal.ts'
import type { zhPeopleRefusals } from '../../zh/refusals/people.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo } from './once.ts'

/** What somebody has open who wants to go, or to put value aside. */
const matters: Record<string, string> = {
  agreement: 'Un acuerdo está pendiente',
  help: 'Una ayuda anotada está pendiente',
  session: 'Una actividad que diriges o a la que te apuntaste está pendiente',
  project: 'Un proyecto en el que participas está pendiente',
  work: 'Algo que hiciste para la comunidad está pendiente de que lo miren',
  transfer: 'Un envío a otra ciudad está pendiente',
  organisation: 'Hay una entidad o un grupo por el que solo actúas tú',
  case: 'Se está mirando algo que trata de ti',
  hold: 'Hay CV en reserva para alguien',
} satisfies Record<Matter, string>

export const esPeopleRefusals: Record<keyof typeof zhPeopleRefusals, Told> = {
  'wrong-signature': words('No se ha podido confirmar que eres tú', 'La llave de este dispositivo no encaja con tu cuenta', 'Sal y vuelve a entrar, o usa el dispositivo con el que te uniste'),
  'unknown-member': words('No encontramos a este miembro', 'Esta comunidad no conoce la cuenta', 'Pídele que se una primero'),
  'unknown-device': words('Este dispositivo aún no es de tu cuenta', 'La comunidad no lo tiene anotado', 'Usa el dispositivo con el que te uniste'),
  'not-attested': words('Falta que te vea un responsable', 'A cada miembro se le conoce en persona antes de participar', 'Queda con un responsable; en cuanto te confirme podrás seguir'),
  'not-a-steward': words('Esto solo puede hacerlo un responsable', 'La carta se lo encarga a los responsables', 'Habla con un responsable'),
  'not-for-guests': words('Quien viene de otra ciudad no puede hacer esto aquí', 'Es para los miembros de esta comunidad', 'Hazlo en tu propia comunidad'),
  'restricted': words('Tu cuenta está limitada por ahora', 'Lo decidió la comunidad, y este paso entra en ello', 'Puedes seguir ayudando; pregunta a un responsable hasta cuándo es'),
  'banned': words('Esta cuenta está cerrada', 'Lo decidió la comunidad según su carta', 'Se puede recurrir mientras dure el plazo, o hablar con un responsable'),
  'departed': words('Este miembro ha dejado la comunidad', 'Desde entonces la cuenta no empieza nada nuevo', 'Busca a otra persona; si quieres volver tú, habla con un responsable'),
  'id-taken': words('Esto ya está anotado', 'El mismo paso está en el registro', 'Mira la página otra vez; no hace falta volver a pulsar'),
  'expired': words('Ha pasado demasiado tiempo', 'Tardó mucho entre abrirse y enviarse', 'Abre otra vez la página y hazlo de nuevo'),
  'expires-too-late': words('El plazo es demasiado largo', 'Un paso puede esperar treinta días como mucho', 'Mira si este dispositivo tiene bien la fecha y la hora'),
  'unseen-branch': words('No estás viendo lo último', 'El registro de la comunidad no es el que vio este dispositivo', 'Abre otra vez la página y prueba; si sigue igual, avisa a un responsable'),

  'account-taken': words('Esta cuenta ya existe', 'Una cuenta se une una sola vez', 'Entra sin más'),
  'bad-key': words('La llave de este dispositivo no sirve', 'No tiene la forma que hace falta', 'Prueba con otro navegador'),
  'key-taken': words('Este dispositivo ya es de un miembro', 'Un dispositivo tiene una sola cuenta', 'Entra sin más'),
  'other-charter': words('La carta acaba de cambiar', 'Has leído la anterior', 'Abre otra vez la página, léela y únete'),
  'already-attested': words('Este miembro ya está confirmado', 'Con una vez basta', nothingToDo),
  'self-attested': words('Nadie se confirma a sí mismo', 'Tiene que verte otro responsable', 'Pídeselo a otro responsable'),
  'already-invited': words('Esta invitación ya está anotada', 'Un código invita una sola vez', 'Haz otra invitación'),
  'unknown-invitation': words('Esta invitación ya no sirve', 'Alguien la usó, o se acabó su plazo', 'Pide otra, o únete sin invitación'),
  'limit-reached': (s) => words('Ya no caben más', `Como mucho ${s.raw('most')} a la vez`, 'Usa o termina uno antes de añadir otro'),

  'key-unproved': words('No se ha podido confirmar el dispositivo nuevo', 'El número no es el que muestra', 'Ábrelo otra vez en el dispositivo nuevo y copia el número de nuevo'),
  'last-device': words('Este es tu último dispositivo', 'Sin él no podrías volver a entrar', 'Añade antes un dispositivo nuevo'),
  'own-recovery': words('Nadie se da a sí mismo un dispositivo nuevo', 'A quien lo perdió le reconoce otro responsable', 'Pídeselo a otro responsable'),
  'recovery-open': words('Ya hay un dispositivo nuevo en espera', 'Cada miembro puede tener uno a la vez', 'Espera a que entre en vigor, o páralo antes'),
  'no-recovery': words('No hay ningún dispositivo nuevo en espera', 'Ya entró en vigor, o alguien lo paró', lookAgain),
  'persons-only': words('Esto solo puede hacerlo una persona', 'Las entidades y los grupos ayudan y reciben ayuda, y nada más', 'Hazlo con tu propia cuenta'),
  'too-few-signers': (s) => words('Muy pocas personas actúan por él', `Un grupo necesita ${s.raw('needed')} miembros que hayan aceptado`, 'Nombra a alguien y espera a que acepte'),
  'already-signer': words('Ya está nombrado', 'Con una vez basta', 'Espera a que acepte'),
  'not-a-signer': words('No actúas en su nombre', 'Este paso es de quien actúa por ella o por él', 'Pídeselo a quien actúa en su nombre'),
  'last-signer': words('Todavía hace falta', 'Sin esta persona quedarían muy pocas para actuar', 'Nombra antes a otra'),
  'still-open': (s) => words('Queda algo por terminar', matters[s.raw('what')] ?? 'Algo está pendiente', s.raw('what') === 'case' ? 'Espera a que se decida' : 'Termínalo, cancélalo o pásaselo a otra persona antes'),
  'last-steward': words('Eres el último responsable', 'Sin responsable la comunidad no puede decidir nada', 'Pide antes a otro miembro que lo sea'),
  'other-record': words('Lo que ibas a llevarte acaba de cambiar', 'Entretanto se anotó otra contribución', 'Abre otra vez la página y hazlo de nuevo'),
  'already-asked': words('Ya lo has pedido hoy', 'Con una vez al día basta', 'Si hay algo más que borrar, vuelve mañana'),
}
