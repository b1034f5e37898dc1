// Everything below this line of defence is TypeScript, which Node runs by itself from version 24
// on.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`This needs Node 24 or newer and found ${process.versions.node}.`)
  console.error('Run `npm ci` once, which brings its own Node, then `npm run conformance -- DIR`.')
  process.exit(2)
}
const { main } = await import('./conformance.ts')
process.exitCode = await main(process.argv.slice(2))
