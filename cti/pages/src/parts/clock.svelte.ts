/** The server's time, ticking once a second: waits and countdowns are reckoned by it, whatever this machine's clock says. */

let tick = $state(Date.now());
let ahead = $state(0);

setInterval(() => (tick = Date.now()), 1000);

/** The server's time, ms since 1970; read in a component it redraws each second. */
export function now(): number {
  return tick + ahead;
}

/**
 * A frame told the server's time. Frames sent again after a break tell an old one, so the latest counts; `anew`: this
 * frame was made just now and begins the reckoning afresh.
 */
export function told(at: number, anew: boolean): void {
  const difference = at - Date.now();
  if (anew || difference > ahead) ahead = difference;
}
