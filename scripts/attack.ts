/**
 * `npm run attack [-- NAME…]`: a member that keeps no rule, on real hubs over the loopback, while two honest ones talk.
 * Exit code 1 when honest objects were lost, honest hubs were parted, or memory grew by more than 64 MiB.
 */
import { installNativeCrypto } from '#node/signatures/native-crypto.ts'
import { attacks, play } from '#test/support/attacks.ts'

const GROWS_AT_MOST = 64 << 20

export async function main(names: string[]): Promise<number> {
  const unknown = names.find((name) => !(name in attacks))
  if (unknown !== undefined) {
    console.error(`there is no attack ${unknown}. npm run attack [-- NAME…], of these:`)
    for (const [name, { what }] of Object.entries(attacks)) console.error(`  ${name.padEnd(14)} ${what}`)
    return 2
  }
  installNativeCrypto()
  let held = true
  for (const name of names.length === 0 ? Object.keys(attacks) : names) {
    const { blows, sent, delivered, grewBytes, together } = await play(name)
    const isHeld = blows > 0 && delivered >= 0.999 * sent && together && grewBytes < GROWS_AT_MOST
    held &&= isHeld
    const grew = `${(grewBytes / 2 ** 20).toFixed(1)} MiB more`
    console.log(`${isHeld ? 'held  ' : 'FAILED'} ${name.padEnd(14)} ${blows} blows fell; ${delivered} of ${sent} honest objects, ${grew}${together ? '' : ', honest hubs parted'}: it ${attacks[name]!.what}`)
  }
  return held ? 0 : 1
}
