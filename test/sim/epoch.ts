/** The day on which every city in the bottle is founded, at noon: seconds since 1970. */
export const DAY = 86_400
export const DAY0 = 20_454 * DAY + DAY / 2
