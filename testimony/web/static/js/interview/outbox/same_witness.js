/** Which testimonies on the phone one witness told, as far as the row notes of their worker say. DOM-free. */

/** Those of `entries` that the witness of the testimony `id` told besides it. `notes`: by id; `first` is the earliest of the witness. */
export const sameWitness = (id, entries, notes) => {
  const firstOf = (each) => notes[each]?.first ?? each;
  return entries.filter((entry) => entry.id !== id && firstOf(entry.id) === firstOf(id));
};
