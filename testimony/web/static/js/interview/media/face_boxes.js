/** Boxes that cover faces: where they lie, as shares (0 to 1) of the picture, whatever its size on the screen. DOM-free. */

/** No box is smaller than this share of either side: a touch that was not meant as a box covers something all the same. */
export const LEAST = 0.04;
const STEP = 0.02;
const FRESH = 0.25;

const within = (value, least, most) => Math.min(Math.max(value, least), most);

/** `box` no smaller than the least and wholly inside the picture. */
export const placed = ({ x, y, width, height }) => {
  const [w, h] = [within(width, LEAST, 1), within(height, LEAST, 1)];
  return { x: within(x, 0, 1 - w), y: within(y, 0, 1 - h), width: w, height: h };
};

/** The box between two points, drawn in whichever direction; a point outside counts as one on the edge. */
export const between = (one, other) => {
  const [a, b] = [one, other].map(({ x, y }) => ({ x: within(x, 0, 1), y: within(y, 0, 1) }));
  return placed({ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) });
};

/** A point of the screen as shares of the picture that is shown in `frame` ({left, top, width, height}). */
export const pointIn = (frame, { clientX, clientY }) => ({ x: (clientX - frame.left) / frame.width, y: (clientY - frame.top) / frame.height });

/** Where a box begins that is made without a finger: in the middle, each one a little further down than the last. */
export const fresh = (count) => placed({ x: (1 - FRESH) / 2, y: (1 - FRESH) / 2 + (count % 5) * 2 * STEP, width: FRESH, height: FRESH });

const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** `box` after a key: arrows move it, with `grow` they change its size; null for any other key. */
export const moved = (box, key, grow) => {
  const way = WAYS[key];
  if (!way) return null;
  const [dx, dy] = way.map((step) => step * STEP);
  const { x, y, width, height } = box;
  // it grows towards the key, and no further than the edge, or it would move instead
  if (grow) return placed({ x, y, width: Math.min(width + dx, 1 - x), height: Math.min(height + dy, 1 - y) });
  return placed({ x: x + dx, y: y + dy, width, height });
};

/** The pixels that `box` covers of a picture of `size`: rounded outwards, so that no edge of a face is left. */
export const pixelsOf = (box, size) => {
  const [x, y] = [Math.floor(box.x * size.width), Math.floor(box.y * size.height)];
  return { x, y, width: Math.ceil((box.x + box.width) * size.width) - x, height: Math.ceil((box.y + box.height) * size.height) - y };
};
