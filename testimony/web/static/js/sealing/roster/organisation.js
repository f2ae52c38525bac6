/** What a roster may say of the organisation itself, in form. Twin of sealing/roster/organisation.py, held to it by tests/vectors/organisation.json. */

const LANGUAGE = /^[a-z]{2,3}(?:-[a-z0-9]{2,8})*$/;
const KEY = /^[a-z0-9_-]{1,64}$/;
const PURPOSE = /^P(?:0[1-9]|1[0-9])[a-d]?$/;
const NAME = /^[0-9a-f]{64}$/;
const NAMES = ["name", "lawyers", "mechanism", "complaints"];
const KINDS = ["medical", "protection", "legal", "tracing", "psychosocial", "shelter"];
const [LONGEST_TEXT, LONGEST_LIFE, MOST, MOST_SPEAKERS] = [300, 1200, 64, 1000];

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const matches = (pattern, value) => typeof value === "string" && pattern.test(value);
const once = (list) => new Set(list).size === list.length;
const said = (object, key, check) => !Object.hasOwn(object, key) || check(object[key]);

const isLine = (value, least) => typeof value === "string" && [...value].length >= least && [...value].length <= LONGEST_TEXT;
const isText = (value, least = 1) =>
  isObject(value)
    ? Object.keys(value).length > 0 && Object.entries(value).every(([lang, text]) => matches(LANGUAGE, lang) && isLine(text, 1))
    : isLine(value, least);
const isLife = (value) => value === null || (Number.isInteger(value) && value >= 1 && value <= LONGEST_LIFE);
const isList = (value, check) => Array.isArray(value) && value.length <= MOST && value.every(check);

const isPurpose = (value) =>
  isObject(value) && matches(PURPOSE, value.purpose) && matches(KEY, value.recipient) && said(value, "name", (name) => isText(name)) && said(value, "life_months", isLife);
const isReferral = (value) => isObject(value) && matches(KEY, value.id) && KINDS.includes(value.kind) && isText(value.name) && isText(value.how);

const arePurposes = (value) =>
  isList(value, isPurpose) && once(value.map(({ purpose, recipient }) => `${purpose} ${recipient}`)) && value.some(({ purpose }) => purpose === "P01");
const areReferrals = (value) => isList(value, isReferral) && once(value.map(({ id }) => id));
const areWordings = (value) =>
  isObject(value) && Object.keys(value).length <= MOST && Object.entries(value).every(([lang, name]) => matches(LANGUAGE, lang) && matches(NAME, name));

const areLanguages = (value) => isList(value, (tag) => matches(LANGUAGE, tag)) && once(value);
const areSpeakers = (value) =>
  isObject(value) && Object.keys(value).length <= MOST_SPEAKERS && Object.entries(value).every(([person, tags]) => matches(KEY, person) && areLanguages(tags));

/** Whether `value` has the form of a roster's `organisation`. */
export const isOrganisation = (value) =>
  isObject(value) && NAMES.every((name) => said(value, name, (text) => isText(text, 0))) && said(value, "thumbprint", (flag) => typeof flag === "boolean") &&
  said(value, "purposes", arePurposes) && said(value, "referrals", areReferrals) && said(value, "wordings", areWordings) && said(value, "speakers", areSpeakers);
