/** A QR code on the page: one path in a drawing, dark on white whatever the look, gone when its place is emptied. */

import { qrPath } from "../../node/qr_path.js";

const SVG = "http://www.w3.org/2000/svg";

/** Draw `text` into `place`, unless `stale()` by then. */
export const drawQr = async (place, text, kind, stale = () => false) => {
  const { size, d } = await qrPath(text, kind);
  if (stale()) return;
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", `0 0 ${size} ${size}`);
  drawing.setAttribute("aria-hidden", "true");
  drawing.classList.add("qr");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  drawing.append(path);
  place.replaceChildren(drawing);
};
