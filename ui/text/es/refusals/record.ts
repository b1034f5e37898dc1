/** Why the record itself does not take an entry: its form, its days, a restore. In Spanish. */
import type { zhRecordRefusals } from '../../zh/refusals/record.ts'
import { type Told, words } from '../../words.ts'
import { lookAgain, nothingToDo, tellSteward } from './once.ts'

const programFault = 'Avisa a un responsable: se equivocó el programa del ordenador de la comunidad'

export const esRecordRefusals: Record<keyof typeof zhRecordRefusals, Told> = {
  'malformed': words('Esto no se ha anotado', 'Lo que se envió está incompleto', tellSteward),
  'foreign-log': words('Esta anotación no es nuestra', 'Viene del registro de otra comunidad', tellSteward),
  'wrong-sequence': words('Las anotaciones no están en orden', 'Falta una o sobra una', tellSteward),
  'broken-chain': words('Las anotaciones no enlazan', 'Esta no encaja con la anterior', 'Avisa a un responsable y no sigas de momento'),
  'time-went-back': words('El tiempo ha ido hacia atrás', 'El reloj de la comunidad va antes que su última anotación', 'Pide a un responsable que ponga el ordenador en hora'),
  'tick-missing': words('Hoy todavía no se ha abierto el registro', 'Cada día empieza anotando la fecha', 'Prueba otra vez dentro de un momento'),
  'tick-twice': words('El día de hoy ya está abierto', 'La fecha se anota una sola vez', nothingToDo),
  'not-founded': words('La comunidad aún no está preparada', 'Falta terminar el primer paso', 'Usa el enlace que apareció al final de la instalación'),
  'already-founded': words('La comunidad ya está creada', 'Eso se hace una sola vez', 'Abre la página de inicio, y únete o entra'),
  'bad-genesis': words('Hay algo mal en los datos de la comunidad', 'El nombre, la ciudad o la fecha no valen', 'Míralos y escríbelos otra vez'),
  'bad-charter': words('Esta carta no puede funcionar', 'Sus números se contradicen', 'Elige otra carta'),

  'digest-misplaced': words('La huella del registro no está en su sitio', 'Solo puede ir justo después de abrirse un día', programFault),
  'wrong-digest': words('La huella del registro no coincide', 'Al contarlo todo otra vez sale otra cosa', programFault),

  'wrong-generation': words('Esta no es la recuperación siguiente', 'La cuenta de recuperaciones no coincide', 'Pide a los responsables que abran otra vez la página y confirmen'),
  'nothing-given-up': words('En esta recuperación no se renuncia a nada', 'Las anotaciones que dice dar por perdidas están todas aquí', 'Pide a los responsables que abran otra vez la página y confirmen'),
  'other-tree': words('El registro ha cambiado entretanto', 'Después de confirmar los responsables entró o se perdió alguna anotación', 'Pide a los responsables que abran otra vez la página y confirmen'),
  'not-enough-stewards': words('Faltan responsables por confirmar', 'Para seguir desde una copia tienen que confirmar varios juntos', 'Pide a los demás responsables que abran esta página y confirmen'),
  'unknown-restore': words('No hubo tal recuperación', 'El registro no la nombra', lookAgain),
  'not-lost': words('Esta no se ha perdido', 'Es anterior al punto al que volvió el registro, y sigue ahí', nothingToDo),
  'already-claimed': words('Esta pérdida ya está anotada', 'Cada recibo se anota una vez', nothingToDo),
}
