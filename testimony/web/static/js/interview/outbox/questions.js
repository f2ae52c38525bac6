/** What lawyers ask about delivered testimonies, as a node tells it: believed on its word alone, kept beside the entry. DOM-free. */

const SHARE = 64;
/** About one testimony, and to one question: more is taken by no station. */
const MOST = 16;
const CODE = /^[a-z][a-z-]{0,31}$/;
const fits = (text, form) => typeof text === "string" && form.test(text);
const isDay = (day) => fits(day, /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`));
const isSaid = (one) => fits(one?.code, CODE) && isDay(one.day);
/**
 * The record of a question in words, as it was handed over: the vault verifies it before it opens it.
 * @param {any} said
 */
const signedIn = ({ signed }) => (typeof signed?.record === "string" && Array.isArray(signed.sigs) ? { signed: { record: signed.record, sigs: signed.sigs } } : {});
const isQuestion = (one) => isSaid(one) && fits(one.name, /^[0-9a-f]{64}$/) && Array.isArray(one.answers);

/** After one of these answers nothing is left to say. */
const CLOSING = new Set(["unreachable", "done", "written", "unreadable"]);
export const isOpen = ({ answers }) => !answers.some(({ code }) => CLOSING.has(code));

/** The questions in what a node says of one record; what does not look like one is passed over. */
export const questionsIn = (said) =>
  (Array.isArray(said?.questions) ? said.questions : [])
    .filter(isQuestion)
    .slice(0, MOST)
    .map(({ name, code, day, answers, ...more }) => ({ name, code, day, ...signedIn(more), answers: answers.filter(isSaid).slice(0, MOST).map((one) => ({ code: one.code, day: one.day })) }));

/** `told` by the node, with what this phone answered and the node has not heard yet; `before` is what was kept. */
export const merged = (before, told) =>
  told.map((one) => {
    const mine = before.find(({ name }) => name === one.name)?.answers.filter(({ mine }) => mine) ?? [];
    const unheard = mine.filter(({ code }) => !one.answers.some((answer) => answer.code === code));
    return { ...one, answers: [...one.answers, ...unheard] };
  });

/** Ask about every delivered testimony. What the node does not know stays as it was learned last. Returns how many were told of. */
export const learn = async ({ outbox, node }) => {
  const ids = await outbox.delivered();
  let told = 0;
  for (let at = 0; at < ids.length; at += SHARE) {
    const share = ids.slice(at, at + SHARE);
    const answer = await node.whereabouts(share);
    for (const id of share.filter((each) => answer?.[each])) {
      await outbox.asked(id, (before) => merged(before, questionsIn(answer[id])));
      told += 1;
    }
  }
  return told;
};

/**
 * This phone answers `code` to the question `name` about the entry `id`; `sign(tid)` gives the entries of the signed answer.
 * What became of it: "signed"; "answered", if somebody else answered first; "closed", if this phone no longer has the question.
 */
export const answer = async ({ outbox, id, name, code, day, sign }) => {
  const entry = await outbox.find(id);
  const question = entry?.questions?.find((one) => one.name === name);
  if (!entry?.tid || !question) return "closed";
  if (!isOpen(question) || question.answers.some((one) => one.code === code)) return "answered";
  for (const signed of await sign(entry.tid)) await outbox.add(signed);
  const given = { code, day, mine: true };
  await outbox.asked(id, (before) => before.map((one) => (one.name === name ? { ...one, answers: [...one.answers, given] } : one)));
  return "signed";
};
