/** How soon to try again to deliver media, so that a link that breaks is not filled with the same piece for ever. DOM-free. */

const FIRST_WAIT = 15_000;
const LONGEST_WAIT = 600_000;

/** Waits between attempts that failed, longer each time and half of it by chance; `clock()` in ms. One for a page. */
export const paceOf = (clock = Date.now, chance = Math.random) => {
  let [failures, until] = [0, 0];
  return {
    ready: () => clock() >= until,
    failed: () => {
      const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures);
      [failures, until] = [failures + 1, clock() + wait * (0.5 + chance() / 2)];
    },
    arrived: () => ([failures, until] = [0, 0]),
  };
};
