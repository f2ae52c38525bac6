/** What a witness heard played to its end, by the key of what is said: which of it counts, and what is still to be played. DOM-free. */

const numbered = (prefix, at, digits) => `${prefix}_${String(at + 1).padStart(digits, "0")}`;

/** {key of what is said: the field that its card answers}: what a witness has to hear before anything counts. `data` as the page says it. */
export const fieldsSaid = ({ told, purposes, teach }) =>
  Object.fromEntries([
    ...told.map((id, at) => [`told.${id}`, numbered("told", at, 2)]),
    ...Object.keys(purposes).map((id) => [`ask.${id}`, `purpose_${id}`]),
    ...teach.map((id, at) => [`teach_back.${id}`, numbered("teach", at, 1)]),
  ]);

/**
 * The keys that were played in the language in which they were then answered. `played` {key: language}, `heard` {field: language of
 * the answer}, `here` the language that is said now.
 */
export const playedOf = ({ played = {}, heard = {} }, here, data) =>
  Object.entries(fieldsSaid(data)).filter(([key, field]) => played[key] !== undefined && played[key] === (heard[field] ?? here)).map(([key]) => key);

/** The fields that were answered though what they answer was not played: [field], in the order of the cards. */
export const unplayed = (answers, state, here, data) => {
  const done = playedOf(state, here, data);
  return Object.entries(fieldsSaid(data)).filter(([key, field]) => answers[field] !== undefined && !done.includes(key)).map(([, field]) => field);
};

/** `played` without what counts no more on another page: it was said in other words there (`again`, fields), or recorded anew. */
export const stillPlayed = (played, again, before, now) => {
  const fields = { ...fieldsSaid(before), ...fieldsSaid(now) };
  const recordedAnew = (lang) => before.scripts[lang]?.wording !== now.scripts[lang]?.wording;
  return Object.fromEntries(Object.entries(played).filter(([key, lang]) => !again.includes(fields[key]) && !recordedAnew(lang)));
};
