/** A picture on a canvas: opened, made smaller, turned upright, covered, and given back as a JPEG that says nothing else. */

import { scan } from "../../media/document_scan.js";
import { pixelsOf } from "../../media/face_boxes.js";
import { cleaned } from "../../media/jpeg_metadata.js";
import { MOST_BYTES, factsOf, fitted, whyNot } from "../../media/picture_header.js";

/** Dots on the longer side: a page of writing stays readable. */
const LONGEST = 2000;
const QUALITY = { document: 0.85 };
const USUAL = 0.75;
/** The size of a picture stands within so many bytes of its beginning. */
const HEAD = 1024 * 1024;

/** Why a file was not opened, as the name of a sentence. */
export class NoPicture extends Error {
  constructor(reason) {
    super(reason);
    this.name = "NoPicture";
    this.reason = reason;
  }
}

const paintedOn = (canvas, source) => {
  Object.assign(canvas, fitted(source, LONGEST));
  const brush = canvas.getContext("2d", { colorSpace: "srgb" });
  brush.fillStyle = "#fff"; // what is transparent would turn black
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(source, 0, 0, canvas.width, canvas.height);
  return brush;
};

/** The picture in `file`, small and upright, on a canvas of its own. Throws `NoPicture` before anything is unpacked that is too large. */
export const openPicture = async (file) => {
  if (file.size > MOST_BYTES) throw new NoPicture("picture_large");
  const why = whyNot(factsOf(new Uint8Array(await file.slice(0, HEAD).arrayBuffer())), file.size);
  if (why) throw new NoPicture(why);
  const unpacked = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new NoPicture("picture_unknown");
  });
  const small = document.createElement("canvas");
  paintedOn(small, unpacked);
  unpacked.close();
  return small;
};

/** Show `source` on `canvas`, as a scanner would where `scanned`. */
export const showOn = (canvas, source, scanned) => {
  const brush = paintedOn(canvas, source);
  if (!scanned) return;
  const dots = brush.getImageData(0, 0, canvas.width, canvas.height);
  scan(dots.data);
  brush.putImageData(dots, 0, 0);
};

/** Burn `boxes` into what `canvas` shows, and give the bytes of a JPEG that holds the picture alone. Throws `NotClean`. */
export const burnt = async (canvas, boxes, kind) => {
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#000";
  for (const { x, y, width, height } of boxes.map((box) => pixelsOf(box, canvas))) brush.fillRect(x, y, width, height);
  const packed = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY[kind] ?? USUAL));
  return cleaned(new Uint8Array(await packed.arrayBuffer()));
};

/** Nothing of a picture stays in the page's memory. */
export const wipe = (canvas) => canvas && Object.assign(canvas, { width: 0, height: 0 });
