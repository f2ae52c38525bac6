/** The shape of a recording out of its decoded sound, as loudness in columns; where it is silent; its clock. DOM-free. */

export const COLUMNS = 500;
export const LONGEST = 60 * 60; // seconds; above, decoding would take more memory than a small laptop has
export const LARGEST = 32 * 1024 * 1024; // bytes of the file
export const RATE = 8000; // samples a second are enough to draw
const SILENT = 0.02;

/** `samples` (-1 to 1) as the loudest of each of `columns` stretches, 0 to 1. */
export const peaksOf = (samples, columns = COLUMNS) =>
  Array.from({ length: columns }, (_, column) => {
    const end = Math.floor(((column + 1) * samples.length) / columns);
    let most = 0;
    for (let at = Math.floor((column * samples.length) / columns); at < end; at += 1) {
      const loud = Math.abs(samples[at]);
      if (loud > most) most = loud;
    }
    return Math.min(1, most);
  });

/** A path 1000 wide and 100 high; what is quiet all through is drawn larger, so that it can be seen. */
export const pathOf = (peaks) => {
  const loudest = Math.max(SILENT, ...peaks);
  const width = 1000 / peaks.length;
  return peaks.map((peak, column) => {
    const half = Math.max(0.5, (peak / loudest) * 48);
    return `M${(column * width).toFixed(1)} ${(50 - half).toFixed(1)}h${(width * 0.8).toFixed(1)}v${(half * 2).toFixed(1)}h${(-width * 0.8).toFixed(1)}z`;
  }).join("");
};

/** [from, to] in seconds of each stretch of at least `least` seconds without sound. */
export const silences = (peaks, seconds, least = 3) => {
  const each = seconds / peaks.length;
  const found = [];
  let from = null;
  [...peaks, 1].forEach((peak, column) => {
    if (peak < SILENT) from ??= column;
    else {
      if (from !== null && (column - from) * each >= least) found.push([from * each, column * each]);
      from = null;
    }
  });
  return found;
};

/** 1:05, or 1:02:03 */
export const clockOf = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
};
