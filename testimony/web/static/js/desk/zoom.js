/** How a picture lies in its window: size, turn, and which dot stays under the finger. DOM-free. */

export const LEAST = 0.05;
export const MOST = 8;
export const STEP = 1.25;

/** The scale at which a picture of `own` {width, height}, turned by `degrees`, is whole in `room`; never enlarged. */
export const fitting = (own, room, degrees = 0) => {
  const { width, height } = turned(own, degrees);
  return Math.min(1, room.width / width, room.height / height);
};

/** What a picture takes up when it is turned by `degrees`, a multiple of 90. */
export const turned = ({ width, height }, degrees) => (degrees % 180 ? { width: height, height: width } : { width, height });

export const within = (scale) => Math.min(MOST, Math.max(LEAST, scale));

/** Where to scroll, on one axis, so that the dot under `at` (in the window) stays there when `before` becomes `after`. */
export const kept = ({ scroll, at, before, after }) => Math.max(0, ((scroll + at) * after) / before - at);
