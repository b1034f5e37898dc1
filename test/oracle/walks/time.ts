/** Days pass, and what a hub says of its state is said in between. */
import { DAY } from '../reducer/genesis.ts'
import { digestOf } from '../reducer/reducer.ts'
import { named } from './keys.ts'
import { goOn, type Topic } from './scene.ts'
import { ask } from './town.ts'

export const time: Topic = {
  'an hour passes': [4, (scene) => goOn(scene, BigInt(scene.dice.below(7_200)))],
  'a day passes': [5, (scene) => goOn(scene, DAY)],
  'days pass': [3, (scene) => goOn(scene, BigInt(scene.dice.among(2, 5, 8, 15, 31, 40)) * DAY)],
  'a year passes': [0.2, (scene) => goOn(scene, BigInt(scene.dice.among(180, 364, 365, 400, 800)) * DAY)],
  'the hub says what its state is': [2, ({ dice, town }) => {
    town.now += DAY
    ask(town, 'tick', {}, 'hub')
    ask(town, 'state.digest', { root: dice.chance(0.95) ? digestOf(town.city) : named('another state') }, 'hub')
  }],
}
