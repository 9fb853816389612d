/** Which rows of a long list are worth drawing. */

const BEYOND = 6;

export interface Window {
  from: number;
  to: number;
}

/** Rows of one height, scrolled by so much in a box of this height, with a few beyond each edge; px. */
export function inSight(rows: number, height: number, scrolled: number, box: number): Window {
  const from = Math.max(0, Math.floor(scrolled / height) - BEYOND);
  return { from: Math.min(from, rows), to: Math.min(rows, Math.ceil((scrolled + box) / height) + BEYOND) };
}
