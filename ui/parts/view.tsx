/**
 * The small parts that pages are made of, from one place. Native elements first: a button is a button, a choice is
 * a set of radio inputs, a fold is `<details>`; so keyboards, screen readers and large text work
 * without our help. Every interactive part takes `test`, its stable name for tests (`README.md`
 * lists them).
 */
export * from './fields.tsx'
export * from './loaded.tsx'
export * from './members.tsx'
export * from './page.tsx'
export { Refused } from './refused.tsx'
export * from './texts.tsx'
