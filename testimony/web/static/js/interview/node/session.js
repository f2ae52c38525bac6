/** The node's session of whoever signed in: its end is owed when the phone changes hands, and paid as soon as the node is in reach. DOM-free. */

const OWED = ["settings", "signOut"];

export const nodeSessionIn = (store, node) => {
  let work = Promise.resolve();
  let owed = false; // what a full phone does not write down is known as long as the page is open
  const pay = async () => {
    if (!owed && !(await store.read(...OWED))) return;
    await node.signOut();
    owed = false;
    await store.writeIfTaken(...OWED, false);
  };
  /** Pay what is owed, one attempt after the other; rejects when the node is out of reach. Whoever signs in there waits for it. */
  const settle = () => (work = work.then(pay, pay));
  const owe = async () => {
    owed = !(await store.writeIfTaken(...OWED, true));
  };
  return { settle, owe };
};
