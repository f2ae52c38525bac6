/** The five groups of a code while it is typed: where digits go that were typed or pasted into one of them. DOM-free. */

export const GROUPS = 5;
export const SIZE = 5;

/** No digit typed yet. */
export const noGroups = () => Array.from({ length: GROUPS }, () => "");

/**
 * {groups, at}: `groups` with `digits` (Western) standing in the group `at`, what is too long going on into those behind
 * it; `at` is where to type next: in the gap that comes next, and after the last group in the first one that was left out. What does not fit into the last one is dropped, and so is a digit too many before a
 * group that is typed already.
 */
export const withDigits = (groups, at, digits) => {
  const next = [...groups];
  let [place, rest] = [at, digits];
  next[place] = rest.slice(0, SIZE);
  rest = rest.slice(SIZE);
  while (rest && place + 1 < GROUPS && (rest.length >= SIZE || next[place + 1] === "")) {
    place += 1;
    next[place] = rest.slice(0, SIZE);
    rest = rest.slice(SIZE);
  }
  const gapFrom = (from) => next.findIndex((group, i) => i >= from && group.length < SIZE);
  const gap = next[place].length < SIZE ? place : Math.max(gapFrom(place), gapFrom(0));
  return { groups: next, at: gap < 0 ? place : gap };
};

export const isWhole = (groups) => groups.every((group) => group.length === SIZE);
