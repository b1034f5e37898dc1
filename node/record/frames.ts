/**
 * What the frames of the ledger's journal are. The journal itself keeps bytes and asks nothing; these three
 * letters are all that is needed to read one with a hex dump.
 */
export const frameTypes = {
  /** `R`: the bytes of one record. */
  record: 0x52,
  /** `S`: the hub's seal over the records before it that no earlier seal covers. */
  seal: 0x53,
  /** `C`: a checkpoint note with the cosignatures it had when written; a later one replaces it. */
  checkpoint: 0x43,
} as const
