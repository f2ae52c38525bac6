/**
 * A signature as lines on a fixed grid: the path of an SVG and nothing else. How hard and how fast it was drawn says more of a person
 * than the line does, and is not kept. DOM-free.
 */

/** The grid, which is the field's `viewBox`. */
export const GRID = { width: 600, height: 300 };
/** Characters of the longest path that is kept. */
export const LONGEST = 16_000;
/** What stands in a signature's place where it is on paper. */
export const PAPER = "paper";
/** How far, in units of the grid, a line may lie from what the finger drew. */
const TOLERANCE = 1;

const within = (value, most) => Math.min(Math.max(Math.round(value), 0), most);

/** A point of the screen on the grid of the field that is shown in `frame` ({left, top, width, height}). */
export const pointIn = (frame, { clientX, clientY }) => [
  within(((clientX - frame.left) / frame.width) * GRID.width, GRID.width),
  within(((clientY - frame.top) / frame.height) * GRID.height, GRID.height),
];

const away = ([x, y], [ax, ay], [bx, by]) => {
  const [dx, dy] = [bx - ax, by - ay];
  const along = dx === 0 && dy === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0), 1);
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};

/** `points` without those that lie on the line between others (Ramer, Douglas and Peucker); first and last stay. */
export const simplified = (points) => {
  const kept = new Set([0, points.length - 1]);
  const open = [[0, points.length - 1]];
  while (open.length > 0) {
    const [from, to] = open.pop();
    let [farthest, most] = [-1, TOLERANCE];
    for (let at = from + 1; at < to; at += 1) {
      const distance = away(points[at], points[from], points[to]);
      if (distance > most) [farthest, most] = [at, distance];
    }
    if (farthest >= 0) {
      kept.add(farthest);
      open.push([from, farthest], [farthest, to]);
    }
  }
  return points.filter((_, at) => kept.has(at));
};

/** One stroke as a path; a dot is a line without length. */
export const pathOf = ([first, ...rest]) => `M${first.join(" ")}${(rest.length > 0 ? rest : [first]).map((point) => `L${point.join(" ")}`).join("")}`;

/** `path` with one more stroke; null when it would be longer than what is kept. */
export const withStroke = (path, points) => {
  const longer = path + pathOf(simplified(points));
  return longer.length > LONGEST ? null : longer;
};

/** The path that an answer holds; "" where nothing is drawn. */
export const drawnIn = (answer) => (answer === undefined || answer.value === PAPER ? "" : answer.value);
