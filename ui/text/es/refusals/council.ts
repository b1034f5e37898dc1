/** Why a case, a vote, a role, the commons, a service or an amount does not go through. In Spanish. */
import type { zhCouncilRefusals } from '../../zh/refusals/council.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, notHere, nothingToDo } from './once.ts'

const proposeIt = 'Se puede proponer un cambio de la carta'

export const esCouncilRefusals: Record<keyof typeof zhCouncilRefusals, Told> = {
  'no-grounds': words('Falta decir por qué', 'Se empieza por algo que señala el sistema, o por la queja de un miembro', 'Añade una de las dos cosas y prueba otra vez'),
  'unknown-case': words('No encontramos este asunto', notHere, 'Vuelve a «Para mirarlo» y búscalo allí'),
  'matter-in-case': words('Esta ayuda ya se está mirando', 'La misma ayuda no se mira dos veces para la misma persona, ni se corrige cuando ya hay una decisión', 'Abre el otro asunto'),
  'flag-holds-nothing': words('Por este aviso no se aparta nada', 'También las parejas, las familias y los buenos vecinos se ven así', 'Empieza sin apartar nada, y escucha primero'),
  'conflict-of-interest': words('Has tenido trato con esta persona', 'Quien en los últimos noventa días le ayudó, o recibió su ayuda, no decide', 'Pídeselo a un responsable que no haya tenido trato'),
  'not-on-panel': words('Esto no te toca decidirlo', 'Lo deciden otras personas', nothingToDo),
  'already-answered': words('Ya has respondido', 'Se guarda una respuesta, junto a la decisión', 'Si hay una decisión, podrás recurrirla'),
  'notice-not-over': (s) => words('Todavía tiene tiempo para responder', `Puede responder hasta el ${s.moment('until')}`, 'Se puede decidir cuando haya respondido, o después de entonces'),

  'as-before': words('Ya es así', 'Esto no cambiaría nada', nothingToDo),
  'gifts-closed': words('Aquí no se hacen regalos de CV', 'El CV viene de ayudar; la carta no ha abierto los regalos', 'Puedes ayudarle en algo'),
  'service-not-offered': words('La comunidad no tiene este servicio', 'No está en la carta', 'Mira en la carta cuáles hay'),
  'category-mismatch': words('Ese saber no encaja', 'Una certificación es de un saber; los demás servicios, de ninguno', 'Elige otra vez'),
  'not-asked-for': words('No está pidiendo esta certificación', 'La pide cada cual, y termina cuando se da o caduca', 'Dile que la pida antes'),
  'other-skill': words('Aún no has dado ayuda de este tipo', 'Un saber lo certifica quien ya lo ha hecho aquí', 'Pídeselo a alguien que lo haya hecho'),
  'redemption-closed': words('Aquí no hay ofrecimientos de socios', 'La carta no los ha abierto', proposeIt),
  'not-a-partner': words('Esto lo hace un socio', 'Solo una entidad puede ofrecerlo', 'Usa la cuenta de la entidad'),
  'unknown-offer': words('Este ofrecimiento ya no está', 'No quedan, o pasó su último día', 'Mira los otros'),
  'unknown-redemption': words('Esto ya terminó', 'Se recibió, se devolvió o pasó el plazo', nothingToDo),
  'deposit-closed': words('Aquí no hay fianzas', 'La carta no las ha abierto', 'No hay que hacer nada; para participar nunca hace falta'),
  'unknown-plan': words('No hay tal plan', 'No es de los que están en la carta', 'Mira lo que has escrito'),
  'commission-out-of-range': (s) => words('Esta comisión se sale de la carta', `Tiene que ser de ${s.percent('leastPerMille')} a ${s.percent('mostPerMille')}`, 'Mira las cantidades'),
  'reserve-closed': words('Aquí no hay reserva de tiempo', 'La carta no la ha abierto', proposeIt),
  'reserve-ceiling': (s) => words('La reserva de tiempo de la comunidad está llena', `Entre todos se pueden guardar ahora ${s.cv('leftMilli')}`, 'Guarda menos, o vuelve más adelante'),
  'reserve-locked': words('Tu reserva de tiempo aún no se puede usar', 'Se abre a la edad que dice la carta, en un apuro o cuando lo necesita un familiar', 'Pide a los responsables que lo confirmen juntos'),
  'not-a-newcomer': words('Este miembro ya no es nuevo', 'Lo de quien llega se da en el primer año', 'Si está en un apuro, dale por eso'),
  'already-granted': words('Lo de quien llega ya se dio', 'Se da una vez a cada persona', 'Si está en un apuro, dale por eso'),
  'above-limit': (s) => words('Pasa del límite de la carta', `Ahora se puede ${s.cv('leftMilli')}`, 'Pon menos'),
  'commons-too-small': (s) => words('El fondo común no alcanza', `Tiene ${s.cv('availableMilli')}, y esto son ${s.cv('askedMilli')}`, 'Pon menos, o espera a que haya más'),
  'no-person': words('Esto es solo para personas', 'Una entidad o un grupo no tiene nivel, ni voto, ni cargo', 'Elige a una persona que hable por ella'),
  'already-recommended': words('Ya le recomiendas', 'La palabra de cada cual cuenta una vez', nothingToDo),
  'not-recommended': words('No hay recomendación tuya que retirar', 'No la diste, o ya la retiraste', nothingToDo),

  'unknown-role': words('Aquí no existe ese cargo', 'No está en la carta', 'Elige uno de los cargos de la carta'),
  'no-contribution': words('Esta persona aún no ha ayudado a nadie', 'Según la carta, un cargo es para quien ha ayudado al menos una vez', 'Anotad antes una primera ayuda, y prueba otra vez'),
  'not-offered': words('Este cargo no se puede aceptar ahora', 'Nadie te lo ha ofrecido, o pasó el plazo para aceptarlo', 'Pregunta a un responsable'),
  'not-held': words('Nadie tiene este cargo', 'Ya terminó', lookAgain),
  'unknown-proposal': words('No encontramos esta propuesta', 'No está en el registro de esta comunidad, o es de otro tipo', lookAgain),
  'not-in-electorate': words('En esto no tienes voto', 'Votan quienes podían hacerlo cuando se propuso; después no entra nadie más', 'Podrás votar en lo que se proponga desde ahora'),
  'charter-fault': words('Una carta con estos números no puede funcionar', 'Se contradicen, o se salen de lo posible', 'Corrígelos en «La carta y las votaciones» y propónlo otra vez; si no ves qué falla, avisa a un responsable'),
  'amendment-ahead': (s) => words('Acaba de aprobarse otro cambio de la carta', `Entra en vigor el ${s.moment('effect')}`, 'Propón el tuyo después, sobre la carta nueva'),
  'nothing-asked': words('Falta la cantidad', 'Es cero', 'Escribe un número mayor que cero'),
  'level-too-low': (s) => words('Tu nivel aún no llega', `Estás en L${s.raw('level')}; esto pide L${s.raw('needed')}`, 'Sube solo según participas'),
  'standing-too-low': words('Tu confianza aún no llega', 'Sale de los acuerdos y valoraciones del último año; esto pide «alta»', 'Cumple unos cuantos acuerdos e irá subiendo'),
  'insufficient-cv': (s) => words('No hay suficiente CV', `Hay ${s.cv('availableMilli')}, y esto son ${s.cv('askedMilli')}`, 'Pon menos, o ayuda antes a un vecino'),
  'quarter-full': (s) => words('Este trimestre ya está completo', `Cada miembro tiene un máximo; te quedan ${s.cv('leftMilli')}`, 'Cambia menos, o vuelve el trimestre que viene'),
  'year-full': (s) => words('Este año ya está completo', `Este año quedan ${s.cv('leftMilli')}`, 'Pon menos, o vuelve el año que viene'),
  'pool-too-small': (s) => words('La comunidad no puede cambiar tanto ahora', `Su CV global son ${s.cv('availableMilli')}`, 'Cambia menos, o prueba dentro de unos días'),
}
