/**
 * A list of whole numbers below 2³² that never shrinks, 4 bytes each: a million of them are one large
 * array and not a million objects. Its bytes are little-endian, whatever the machine.
 */
export class Uint32List {
  #numbers = new Uint32Array(1024)
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

  /** The numbers as bytes, a copy. */
  bytes(): Uint8Array {
    const view = new DataView(new ArrayBuffer(this.#length * 4))
    for (let i = 0; i < this.#length; i++) view.setUint32(i * 4, this.#numbers[i]!, true)
    return new Uint8Array(view.buffer)
  }

  /** Adds the numbers that `bytes` made bytes of. */
  take(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const count = Math.floor(bytes.length / 4)
    if (this.#length + count > this.#numbers.length) this.#grow(this.#length + count)
    for (let i = 0; i < count; i++) this.#numbers[this.#length++] = view.getUint32(i * 4, true)
  }

  #grow(length: number): void {
    const larger = new Uint32Array(length + (length >> 2))
    larger.set(this.#numbers)
    this.#numbers = larger
  }
}
