/** The node is told who signed in, and does what it does for their drafts; what it puts off it is asked for again. DOM-free. */

/** Before the node is asked again when it does not say how long it takes. */
const WAIT_MS = 15_000;
/** Before a node that failed or whose disk is full is asked again: somebody may have mended it. */
const MEND_MS = 60_000;

/**
 * `current()`: who is signed in, or null. `meet(mine)`: what the node does for their drafts; true when it failed at one of them. `requests(mine)`: how many requests it must then take at once.
 * `told(came, mine)`: what came of an attempt: {near} whether the node heard of `mine`, {wait} in how many ms it is to be asked again for what it put
 * off, null for nothing. `clock()` in ms, of a clock that nobody sets.
 */
export const meetingsOf = ({ phone, current, meet, requests, told, clock = () => performance.now() }) => {
  let telling = { mine: null, work: Promise.resolve() };
  let due = 0;

  const waitAfter = ({ later, wait }, many) => (later ? (wait ?? WAIT_MS) * many : null);

  const hear = async (mine) => {
    let met = false;
    try {
      const vault = await phone.vault();
      await phone.nodeSession.settle(); // first, or it would end the session that begins now
      await phone.renewTrust(); // before the node may refuse whom the newer roster ended
      mine.active = await vault.call("isActive");
      const nonce = await phone.node.nonce();
      if (!mine.active) return { near: true, wait: null, failed: false }; // it would refuse them
      await phone.node.signIn(await vault.call("signIn", { nonce }));
      met = true;
      const failed = await meet(mine);
      return { near: true, wait: null, failed };
    } catch (error) {
      // out of reach is the usual case; it is tried again by itself
      if (error.name !== "NodeRefused") return { near: false, wait: null, failed: false };
      return { near: met, wait: waitAfter(error, met ? requests(mine) : 1), failed: error.failed };
    }
  };

  const attempt = async (mine) => {
    if (current() !== mine || !mine?.open) return;
    const { failed, ...came } = await hear(mine);
    if (current() !== mine || !mine.open) return;
    due = came.near && came.wait === null ? clock() + (failed ? MEND_MS : Infinity) : clock() + (came.wait ?? 0);
    await told(came, mine);
  };

  return {
    /** Tell the node now. Several at once are one attempt. */
    tell: () => {
      const mine = current();
      if (telling.mine !== mine) {
        const work = telling.work.then(() => attempt(mine)).finally(() => telling.work === work && (telling = { mine: null, work }));
        telling = { mine, work };
      }
      return telling.work;
    },
    /** Ends with the attempt under way. */
    idle: () => telling.work,
    /** Whether it is time to tell the node again. */
    due: () => clock() >= due,
  };
};
