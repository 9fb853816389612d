/** The shape of a recording's sides. */

/** The loudest value of each of `count` equal stretches of one side. */
export function peaks(side: Float32Array, count: number): Float32Array {
  const found = new Float32Array(count);
  for (let at = 0; at < side.length; at++) {
    const stretch = Math.floor((at * count) / side.length);
    const value = Math.abs(side[at] ?? 0);
    if (value > (found[stretch] ?? 0)) found[stretch] = value;
  }
  return found;
}

/** Draw the sides one above the other in the canvas's text colour; what was played is full, what is to come is faint. */
export function drawSides(canvas: HTMLCanvasElement, sides: readonly Float32Array[], played: number): void {
  const scale = devicePixelRatio;
  const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
  [canvas.width, canvas.height] = [width, height];
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  pen.fillStyle = getComputedStyle(canvas).color;
  const room = height / sides.length;
  sides.forEach((side, row) => {
    const middle = room * (row + 0.5);
    side.forEach((peak, at) => {
      pen.globalAlpha = at / side.length <= played ? 1 : 0.4;
      const tall = Math.max(scale, peak * room * 0.9);
      pen.fillRect((at * width) / side.length, middle - tall / 2, Math.max(scale, width / side.length - scale), tall);
    });
  });
}
