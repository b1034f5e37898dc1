/**
 * A list of whole numbers below 2³² that never shrinks, 4 bytes each: a million of them are one large
 * array and not a million objects. Its bytes are little-endian, whatever the machine.
 */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

export class Uint32List {
  #numbers: Uint32Array = new Uint32Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) this.#grow(this.#length * 2)
    this.#numbers[this.#length++] = number
  }

  /** Puts another number in the place of one that is there. */
  set(index: number, number: number): void {
    if (index >= this.#length) throw new RangeError(`no number ${index} in a list of ${this.#length}`)
    this.#numbers[index] = number
  }

  /** The number at an index. @throws beyond the list. */
  at(index: number): number {
    if (index >= this.#length) throw new RangeError(`no number ${index} in a list of ${this.#length}`)
    return this.#numbers[index]!
  }

  /** The numbers as bytes, to be read and not kept: where the machine has them so, a view, which `push` leaves as it is and `set` does not. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(this.#numbers.buffer, 0, 4 * this.#length)
    return IS_LITTLE_ENDIAN ? bytes : turned(bytes.slice())
  }

  /** The list of which these are the bytes; what their buffer has behind them becomes room to grow. Null for a part of a number. */
  static from(bytes: Uint8Array): Uint32List | null {
    if (bytes.length % 4 !== 0 || bytes.byteOffset !== 0) return null
    if (!IS_LITTLE_ENDIAN) turned(bytes)
    const list = new Uint32List()
    list.#numbers = new Uint32Array(bytes.buffer, 0, Math.floor(bytes.buffer.byteLength / 4))
    list.#length = bytes.length / 4
    return list
  }

  #grow(length: number): void {
    const larger = new Uint32Array(length + (length >> 2))
    larger.set(this.#numbers)
    this.#numbers = larger
  }
}

/** The four bytes of each number in the other order, in place. */
function turned(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length; at += 4) bytes.subarray(at, at + 4).reverse()
  return bytes
}
