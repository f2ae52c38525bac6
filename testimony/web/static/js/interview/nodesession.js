/** The node's session of whoever signed in: its end is owed when the phone changes hands, and paid as soon as the node is in reach. DOM-free. */

const OWED = ["settings", "signOut"];

export const nodeSessionIn = (store, node) => {
  let work = Promise.resolve();
  const pay = async () => {
    if (!(await store.read(...OWED))) return;
    await node.signOut();
    await store.write(...OWED, false);
  };
  /** Pay what is owed, one attempt after the other; rejects when the node is out of reach. Whoever signs in there waits for it. */
  const settle = () => (work = work.then(pay, pay));
  return { settle, owe: () => store.write(...OWED, true) };
};
