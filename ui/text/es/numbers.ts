/** How numbers and lengths of time are said. */

export const plural = (n: number, one: string, more: string): string => (n === 1 ? `1 ${one}` : `${n} ${more}`)

export const duration = (minutes: number): string => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours === 0) return `${rest} min`
  const whole = plural(hours, 'hora', 'horas')
  return rest === 0 ? whole : `${whole} ${rest} min`
}
