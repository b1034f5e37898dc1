/** What several refusals say alike, in Spanish. */
export const tellSteward = 'Abre otra vez la página y prueba de nuevo; si sigue igual, dile a un responsable el código de abajo'
export const nothingToDo = 'No hay que hacer nada'
export const lookAgain = 'Abre otra vez la página y mira'
export const notHere = 'No está en el registro de esta comunidad'
