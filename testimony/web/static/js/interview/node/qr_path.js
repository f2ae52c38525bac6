/** A QR code as the path of an SVG drawing. The encoder is loaded when the first one is wanted. DOM-free. */

const QUIET = 4;

/** The runs of dark modules of `row` as rectangles one module high. */
const runsOf = (row, y) => {
  const runs = [];
  for (let x = 0; x < row.length; x += 1) {
    if (!row[x]) continue;
    const from = x;
    while (row[x + 1]) x += 1;
    runs.push(`M${from} ${y}h${x + 1 - from}v1h-${x + 1 - from}z`);
  }
  return runs;
};

/** {size, d}: modules on a side with the quiet zone, and the path. `encoding`: "numeric" for digits alone, "alphanumeric" for capitals too. */
export const qrPath = async (text, { encoding, ecc }) => {
  const { encodeQR } = await import("../../../vendor/qr-0.7.0/qr.js");
  /** @type {any} */
  const rows = encodeQR(text, "raw", { encoding, ecc, border: QUIET });
  return { size: rows.length, d: rows.flatMap(runsOf).join("") };
};
