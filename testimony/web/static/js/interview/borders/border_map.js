/** Which border segments a touch on the map means. DOM-free. A view is {segments: {code: path of straight lines}, …}. */

/** Half of the smallest thing that a finger hits, in CSS pixels. */
const FINGER = 22;
/** How far from a line a touch still means it. */
const REACH = 44;
const MOST = 3;

/** The lines of a path "M1 2 3 4M5 6 7 8" as [[[x, y]]]. */
const linesIn = (path) => path.split("M").filter(Boolean).map((line) => {
  const numbers = line.split(" ").map(Number);
  return Array.from({ length: numbers.length / 2 }, (_, at) => [numbers[2 * at], numbers[2 * at + 1]]);
});

const toStretch = ([x, y], [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};
const toLine = (point, line) => Math.min(...line.map((end, at) => toStretch(point, line[Math.max(at - 1, 0)], end)));
const toPath = (point, path) => Math.min(...linesIn(path).map((line) => toLine(point, line)));

/**
 * What a touch at `point` means: {sure: code or null, near: [code]}. `sure` is the only segment under the finger; `near` are
 * otherwise the nearest ones, to choose from by name. `unit`: how many units of the view one CSS pixel is.
 */
export const touched = ({ segments }, point, unit) => {
  const found = Object.entries(segments)
    .map(([code, path]) => ({ code, far: toPath(point, path) / unit }))
    .filter(({ far }) => far <= REACH)
    .sort((a, b) => a.far - b.far);
  const under = found.filter(({ far }) => far <= FINGER);
  if (under.length === 1) return { sure: under[0].code, near: [] };
  return { sure: null, near: found.slice(0, MOST).map(({ code }) => code) };
};

/** The view that draws the segment `code`; undefined where none does. */
export const viewWith = (views, code) => views.find(({ segments }) => Object.hasOwn(segments, code));
