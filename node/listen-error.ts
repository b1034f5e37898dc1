/** Why a hub cannot be reached at an address it was told to listen at, for browsers or for other hubs. */

/** The address is taken or may not be used; `message` says what to do. */
export class ListenError extends Error {
  readonly code: 'port-in-use' | 'address-unusable'
  constructor(code: ListenError['code'], message: string) {
    super(message)
    this.name = 'ListenError'
    this.code = code
  }
}
