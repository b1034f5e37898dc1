/** For files that share a process: what one hands to the ledger (the machine's own cryptography) is taken back before the next. */
import { afterAll } from 'vitest'
import { uninstallNativeCrypto } from '#node/signatures/native-crypto.ts'

afterAll(uninstallNativeCrypto)
