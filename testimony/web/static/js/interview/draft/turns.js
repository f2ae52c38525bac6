/** The list of drafts is read in one turn, and a draft is moved or ended in another: what is read is never half gone. DOM-free. */

let last = Promise.resolve();

/** Do `work` after all that was asked for before it. Nothing in it may wait for the node, or for a turn of its own. */
export const inTurn = (work) => {
  const done = last.then(work);
  last = done.then(() => undefined, () => undefined); // its own caller hears of a failure
  return done;
};
