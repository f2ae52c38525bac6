/** Days of the calendar as numbers, so that they can be compared. */

/** Days since 1970 of a day or time that begins with YYYY-MM-DD. */
export const numberOf = (text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / 86_400_000;
