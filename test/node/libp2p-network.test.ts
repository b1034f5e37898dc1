import { libp2pWorld } from '#test/support/libp2p-world.ts'
import { networkSuite } from '#test/support/network-suite.ts'

networkSuite('libp2p', libp2pWorld)
