/** The four guides in Spanish. */
import type { GuideTexts } from '../zh/guides.ts'

export const esGuides: GuideTexts = {
  others: 'Las otras guías',
  print: 'Imprimir esta página',
  guides: {
    member: {
      title: 'Para miembros',
      lead: 'Pedir ayuda, ayudar, y qué es el valor de contribución: una página.',
      parts: [
        { title: 'Unirse', lines: [
          'Abre la página de tu comunidad, pulsa «Unirme a la comunidad», lee una vez la carta y escribe cómo te llaman los vecinos.',
          'La página muestra un número. Enséñaselo en persona a un responsable; cuando te confirme, ya eres miembro.',
          'Tu llave está en este teléfono u ordenador, y no hay contraseña. Añade otro dispositivo en «Yo», y perder uno no será nada.',
        ] },
        { title: 'Pedir ayuda y ayudar', lines: [
          'Pulsa «＋», después «Necesito ayuda», y di qué y más o menos cuánto. Pedir no gasta CV, si la carta no dice otra cosa.',
          'Donde puedas ayudar, pulsa «Puedo ayudar» y di unas palabras. Cuando acepte, los dos confirmáis lo acordado.',
          'Al terminar, uno dice cuánto fue, el otro lo confirma, y los dos valoráis. Nadie ve la valoración del otro hasta que los dos han valorado, o pasan los días que dice la carta.',
          'Para algo pequeño, «Anotar una ayuda»: quién, cuánto, y ya está. Cuenta cuando la otra persona lo confirma.',
        ] },
        { title: 'Qué es el valor de contribución (CV)', lines: [
          'Recuerda en qué participaste, y te deja usar habitaciones, herramientas y coches que otros comparten. Un minuto de ayuda del día a día es 1; toca un número y verás de dónde sale.',
          'No es dinero: no se compra, no se presta y no se convierte en dinero. Disminuye despacio, como dice la carta; en «Tu CV con el tiempo» ves los tres años siguientes.',
          'En otras ciudades se usa el CV global. Primero lo acepta un responsable de aquí, otras ciudades lo comprueban, y después llega; hasta que acepte puedes retirarlo.',
        ] },
        { title: 'Un teléfono nuevo, un teléfono perdido', lines: [
          'Si te queda otro dispositivo: abre la página de la comunidad en el nuevo, pulsa «Tengo otro teléfono u ordenador», y déjalo entrar con el que tenías.',
          'Si no te queda ninguno: ve a ver a un responsable. Te reconoce, se anuncia unos días, y si nadie dice nada en contra el nuevo ya funciona. No se pierde nada de lo tuyo.',
        ] },
        { title: 'Si algo no está bien', lines: [
          'Si el tiempo no es ese, pulsa «No es del todo así». Si no os ponéis de acuerdo, deciden los responsables.',
          'Si alguien dice que hiciste algo mal, ves primero la evidencia, puedes responder y puedes recurrir. No se hace nada sin que la persona lo sepa.',
        ] },
        { title: 'Llevárselo', lines: [
          'En «Yo» están el certificado, el resumen del año y todas las pruebas, para imprimir o guardar.',
          'Puedes mudarte a otra ciudad, o dejar la comunidad. Lo anotado se podrá seguir comprobando, y tus palabras se borran si lo pides.',
        ] },
      ],
    },
    steward: {
      title: 'Para responsables',
      lead: 'Los responsables conocen a la gente y deciden por todos. Lo importante lo hacen varios juntos, y cada paso lleva un nombre.',
      parts: [
        { title: 'Una mirada al día', lines: [
          'La página «Gestión» es una lista de lo que espera, primero las personas. Si está vacía, no hay nada que hacer.',
          'Usa tu propio teléfono. Cuando haga falta otro responsable, él usa el suyo.',
        ] },
        { title: 'Conocer a quien llega', lines: [
          'Conócele en persona, compara el número de su teléfono con el tuyo, y escribe de qué le conoces. Esa frase no está en el registro público.',
          'A quien nadie conoce se le puede hacer esperar, o no admitirle; puede pedirlo otra vez.',
        ] },
        { title: 'Vecinos sin teléfono', lines: [
          'En su página puedes anotar ayudas en su nombre, o imprimirle vales: quien ayudó trae el código del vale a un responsable.',
          'Lo anotado en nombre de otros tiene un máximo y se muestra aparte a los auditores. Que lo confirme después la familia, o la persona misma cuando os veáis.',
        ] },
        { title: 'Lo que se decide entre varios', lines: [
          'Dos que lo ven distinto: lee lo que dicen los dos y lo anotado, y después di cuánto fue, o quién no vino.',
          'Lo que parece raro: la página dice qué es raro, nunca de quién es la culpa. Para empezar hace falta un motivo; la persona lo ve primero, responde, y puede recurrir ante vecinos elegidos por sorteo.',
          'Dar del fondo común, planes de cuidados, cargos: la carta dice cuántos responsables hacen falta. Hasta entonces puedes cambiar lo que dijiste.',
        ] },
        { title: 'Otras ciudades', lines: [
          'Las ciudades se conectan con un código corto o una imagen QR. Empezad con un límite pequeño y subidlo cuando vaya bien.',
          'Para enviar CV global tienen que aceptar responsables, más cuanto más sea; cuántos, lo dice la carta.',
          'Una ciudad que ha firmado dos historias distintas queda en suspenso sola, y la página muestra la evidencia. No lo decides tú, ni tienes que probar nada.',
        ] },
        { title: 'La carta', lines: [
          'Todos los números están en la carta. Cualquiera puede leerla; desde cierto nivel se puede proponer un cambio, se vota, y entra en vigor unos días después. Lo pasado queda como estaba.',
        ] },
        { title: 'Para la pared', lines: [
          'Desde «Gestión» puedes imprimir avisos, lo que hace falta y un cartel, y poner una tableta en la puerta para quien no lleva teléfono.',
        ] },
      ],
    },
    operator: {
      title: 'Para quien cuida del ordenador',
      lead: 'Instalar, hacer copias, recuperar, actualizar: un ordenador pequeño y unas pocas órdenes.',
      parts: [
        { title: 'Instalar', lines: ['Debian o Ubuntu, git y cualquier Node desde el 20. El primer arranque muestra una dirección; la página que abre crea la comunidad en cuatro pasos.'], commands: ['npm ci && npm start'] },
        { title: 'Cada día', lines: [
          'Abre /health: la primera línea es el veredicto, y lo que esté mal dice qué hacer. La página no necesita scripts.',
          'Esta orden muestra una dirección de un solo uso para la página de operación: otras ciudades, checkpoints, disco, copias, la configuración en vigor, un paquete para pedir ayuda.',
        ], commands: ['npm run hub -- operator'] },
        { title: 'Copias de seguridad', lines: [
          'Haz una copia cada día, en otro ordenador. Guarda las llaves una vez, sin conexión: quien las tiene es esta comunidad.',
          'Prueba de vez en cuando a recuperar; la página de operación tiene un botón.',
        ], commands: ['npm run hub -- backup /mnt/backups/2026-12-01', 'npm run hub -- restore /mnt/backups/2026-12-01 --test'] },
        { title: 'Si se estropea el disco', lines: [
          'Pon las llaves en un ordenador nuevo, recupera la última copia y arranca. La comunidad trae primero lo que otras ciudades conservan de su registro, y sigue cuando lo confirmen los responsables.',
          'Después no vuelvas a arrancar nunca el directorio antiguo.',
        ], commands: ['npm run hub -- restore /mnt/backups/2026-12-01 --data DIR', 'npm start -- --data DIR'] },
        { title: 'Actualizar', lines: ['Haz una copia, lee CHANGELOG.md, y después trae lo nuevo. Un programa nuevo lee un directorio antiguo; uno antiguo no toca uno nuevo.'], commands: ['git pull && npm ci && npm start'] },
        { title: 'Un nombre y un certificado', lines: ['En una red de casa basta con http. Para tener nombre propio pon Caddy delante: node/packaging/README.md tiene las dos líneas. Con certificado, los teléfonos pueden instalar la página y escanear directamente.'] },
        { title: 'Cuando la comunidad termina', lines: ['Los responsables dicen antes quién la releva. Si ya no se llega a nadie, las otras ciudades la cierran según esa palabra, y el CV global que quede pasa a la que la releva.'] },
      ],
    },
    auditor: {
      title: 'Para auditores',
      lead: 'Sin entrar, y sin creer a nadie. Tres órdenes, o una página en un archivo.',
      parts: [
        { title: 'Lo más rápido', lines: ['Descarga el registro entero de la página «Registro público» y ábrelo en verify.html. Es un solo archivo, funciona sin red, y vuelve a calcularlo todo de la primera anotación a la última.'] },
        { title: 'Con órdenes', lines: [
          'Recorre el registro entero: firmas, cadena, árbol, sellos, cofirmas, reglas, saldos, huellas del estado, y las cuentas entre ciudades. Lo que está mal se nombra por su anotación, y el código de salida es 1.',
          'Si se le dan varias ciudades a la vez, comprueba también lo que pasó entre ellas.',
        ], commands: ['npm run audit -- http://hub.example:8460', 'npm run audit -- a.cv b.cv', 'npm run audit -- a.cv b.cv --compare'] },
        { title: 'Dos historias distintas', lines: [
          'Apunta el checkpoint de hoy: el número de anotaciones y la raíz. Vuelve otro día, o compáralo con el que tiene otra ciudad.',
          'Donde se separan, --compare hace una evidencia con lo que se firmó en cada lado; la reconoce cualquier ciudad.',
        ] },
        { title: 'Después, mirar a las personas', lines: [
          'Está marcado lo que los responsables anotaron en nombre de otros, lo que se dio y lo que se corrigió. Toma unas cuantas y pregunta a la gente.',
          'Cada cifra de las estadísticas abre las anotaciones de las que se sumó.',
        ] },
        { title: 'Lo que no se puede ver', lines: [
          'La historia de una comunidad que ninguna otra ciudad cofirma descansa en su propia palabra.',
          'Si casi todos los responsables se ponen de acuerdo para engañar, un programa solo puede decir quién firmó qué.',
        ] },
      ],
    },
  },
}
