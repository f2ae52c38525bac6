/** How old a draft is, and when one of two clocks must be wrong. DOM-free. */

const MINUTE = 60 * 1000;
const DAY = 24 * 60 * MINUTE;
const LONGEST = 60 * DAY;
/** How long one sitting with a witness may last, in milliseconds. */
export const SITTING = 4 * 60 * MINUTE;
/** A network may put a clock right by moments; more, in milliseconds, is a clock that was set back. */
export const CORRECTION = 5 * MINUTE;

/**
 * "young", "old" (a day and more), or "clock" when one of the two times must be wrong: begun in the future, one of them before
 * the organisation's first roster (`firstDay`, YYYY-MM-DD), or so long ago that a clock is the likelier reason. `begun` is ISO.
 */
export const ageOf = (begun, now, firstDay) => {
  const age = now - Date.parse(begun);
  const impossible = [begun, new Date(now).toISOString()].some((time) => time.slice(0, 10) < firstDay);
  if (!(age >= -CORRECTION && age <= LONGEST) || impossible) return "clock";
  return age >= DAY ? "old" : "young";
};
