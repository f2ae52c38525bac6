/** Who reads what is sealed to the words of a roster: whom it named and who still is a reader in the roster in force. DOM-free. */

/** The roster whose words were said; the one in force where nobody knows (`said` null); null when it is not in the chain. */
export const rosterSaid = (chain, said) => (said === null ? chain.latest : chain.bySha256(said));

const ageOf = ({ value }, id) => value.people.find((person) => person.id === id)?.age;

/** Recipients of `audience` with the same key in `roster` and in the roster in force: nobody new, nobody who was removed. */
export const readersOf = (chain, roster, audience) => {
  const named = roster.readers(audience).map(({ id }) => id);
  const same = ({ id }) => named.includes(id) && ageOf(roster, id) === ageOf(chain.latest, id);
  return chain.readers(audience).filter(same).map(({ recipient }) => recipient);
};

/** Whether anything can be sealed to the words of `roster` by the phone with the key `kid()`: it and the recovery stand in both. */
export const canSealTo = (chain, roster, kid) =>
  roster !== null && (roster.sha256 === chain.latest.sha256 || (roster.signer(kid())?.status === "active" && readersOf(chain, roster, "recovery").length > 0));
