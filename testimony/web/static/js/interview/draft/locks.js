/** Two windows never write one draft: a lock of the browser for each, held while the draft is at work here. DOM-free. */

const held = new Map();

/** True when the draft is this window's, now or before; false when another window has it. */
export const claim = (id, locks = navigator.locks) =>
  new Promise((resolve, reject) => {
    if (held.has(id)) return resolve(true);
    return locks
      .request(`draft-${id}`, { ifAvailable: true }, (lock) => {
        resolve(lock !== null);
        return lock && new Promise((freed) => held.set(id, freed));
      })
      .catch(reject);
  });

export const letGo = (id) => {
  held.get(id)?.();
  held.delete(id);
};

export const letAllGo = () => [...held.keys()].forEach(letGo);
