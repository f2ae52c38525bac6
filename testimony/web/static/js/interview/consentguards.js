/** What stops a consent from being taken down. Twin of domain/guards.py. No DOM. */

/** Codes of the obstacles, empty when `purpose` may be granted. */
export const obstacles = (circumstances, purpose, toldItems) => { throw new Error("not written yet"); };
