/** A photographed paper as a scanner would give it: grey, with what is nearly white made white and the writing made dark. DOM-free. */

/** Shares of all dots: so many of the darkest become black, so many of the lightest, which are paper, white. */
const [INK, PAPER] = [0.01, 0.4];

const greyOf = (data, at) => (data[at] * 77 + data[at + 1] * 150 + data[at + 2] * 29) >> 8;

const countsOf = (data) => {
  const counts = new Uint32Array(256);
  for (let at = 0; at < data.length; at += 4) counts[greyOf(data, at)] += 1;
  return counts;
};

/** The shade below which `share` of all dots lie. */
const shadeAt = (counts, total, share) => {
  let [seen, shade] = [0, 0];
  while (shade < 255 && seen + counts[shade] < total * share) seen += counts[shade++];
  return shade;
};

/** Change `data` (red, green, blue, alpha a dot) to black and white with greys between. What has no contrast stays as it is, in grey. */
export const scan = (data) => {
  const counts = countsOf(data);
  const dark = shadeAt(counts, data.length / 4, INK);
  const span = Math.max(shadeAt(counts, data.length / 4, 1 - PAPER) - dark, 1);
  for (let at = 0; at < data.length; at += 4) {
    const grey = span < 16 ? greyOf(data, at) : Math.round(Math.min(Math.max(((greyOf(data, at) - dark) * 255) / span, 0), 255));
    data[at] = data[at + 1] = data[at + 2] = grey;
  }
};
