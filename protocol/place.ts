/**
 * About where something is: a cell of the earth's grid, a twentieth of a degree each way.
 *
 * Five and a half kilometres from south to north, less from west to east towards the poles: enough to say how far
 * away something is, too coarse to find anybody's door. Two maps that shift places by some hundred metres (WGS-84,
 * GCJ-02) name the same cell or the next. Distances are reckoned in whole numbers, so that every machine sorts alike.
 */

export const CELLS_PER_DEGREE = 20
export const CELL_ROWS = 180 * CELLS_PER_DEGREE
export const CELL_COLUMNS = 360 * CELLS_PER_DEGREE
/** From south to north. */
export const CELL_METRES = 5_560

/** Row 0 lies at the south pole, column 0 east of the date line. */
export type Cell = { row: number; column: number }

export const isCell = ({ row, column }: Cell): boolean => row < CELL_ROWS && column < CELL_COLUMNS

/** The cell of a place in millionths of a degree: −90,000,000 to 90,000,000 north, −180,000,000 to 180,000,000 east. */
export function cellAt(north: number, east: number): Cell {
  const size = 1_000_000 / CELLS_PER_DEGREE
  const row = Math.floor((north + 90_000_000) / size)
  const column = Math.floor((east + 180_000_000) / size)
  return { row: Math.max(0, Math.min(CELL_ROWS - 1, row)), column: ((column % CELL_COLUMNS) + CELL_COLUMNS) % CELL_COLUMNS }
}

/** The middle of a cell, in millionths of a degree. */
export const middleOf = ({ row, column }: Cell): { north: number; east: number } => {
  const size = 1_000_000 / CELLS_PER_DEGREE
  return { north: row * size + size / 2 - 90_000_000, east: column * size + size / 2 - 180_000_000 }
}

/** cos of 0°, 5° … 90° in thousandths. */
const COSINES = [1000, 996, 985, 966, 940, 906, 866, 819, 766, 707, 643, 574, 500, 423, 342, 259, 174, 87, 0]

/**
 * About how many kilometres lie between the middles of two cells: as on a flat map at their mean latitude, which is
 * within a few per cent up to a thousand kilometres, and beyond that still sorts near before far.
 */
export function kilometresBetween(a: Cell, b: Cell): number {
  const rows = Math.abs(a.row - b.row)
  const apart = Math.abs(a.column - b.column)
  const columns = Math.min(apart, CELL_COLUMNS - apart)
  const fromEquator = Math.abs(a.row + b.row - CELL_ROWS)
  // Twice the mean latitude in cells, so 5° are 200 of them.
  const step = Math.min(COSINES.length - 2, Math.floor(fromEquator / 200))
  const [low, high] = [COSINES[step]!, COSINES[step + 1]!]
  const cosine = low - Math.floor(((low - high) * (fromEquator - step * 200)) / 200)
  const north = rows * CELL_METRES
  const east = Math.floor((columns * CELL_METRES * cosine) / 1000)
  return Math.floor(rootOf(north * north + east * east) / 1000)
}

/** The whole root of a whole number, rounded down. */
function rootOf(square: number): number {
  let low = 0
  let high = 100_000_000
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (middle * middle <= square) low = middle
    else high = middle - 1
  }
  return low
}
