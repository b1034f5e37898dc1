/** What several refusals say alike, in English. */
export const tellSteward = 'Refresh and try once more; if it stays, tell a steward the code below'
export const nothingToDo = 'Nothing to do'
export const lookAgain = 'Refresh and look again'
export const notHere = 'It is not in this community’s record'
