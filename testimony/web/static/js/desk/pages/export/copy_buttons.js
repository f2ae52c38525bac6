/** Fields of a sheet on the page, each with its words and a button that copies them. They are nowhere but here. */

const make = (tag, properties = {}, ...inside) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...inside);
  return node;
};

const copy = async (area, label, { copied, uncopied }, say) => {
  try {
    await navigator.clipboard.writeText(area.value);
    say(copied.replace("{label}", () => `\u2068${label}\u2069`)); // it may run the other way
  } catch {
    area.focus();
    area.select();
    say(uncopied, "warn");
  }
};

const field = ({ label, text, lang, dir }, id, words, say) => {
  const rows = Math.min(12, Math.ceil(text.length / 20) + text.split("\n").length - 1);
  const area = make("textarea", { id, value: text, readOnly: true, rows: Math.max(1, rows), lang, dir, placeholder: words.empty });
  const button = make("button", { type: "button", className: "slim", textContent: words.copy, disabled: !text });
  button.setAttribute("aria-label", `${words.copy}: ${label}`);
  button.addEventListener("click", () => copy(area, label, words, say));
  return make("p", { className: "field copied" }, make("label", { htmlFor: id, textContent: label }), area, button);
};

/** @param {HTMLElement} place where they are shown; its data has the words of the page
 * @param {Array} sheets [{title, parts: [{title, note, fields: [{label, text, lang, dir}]}]}]
 * @param {Function} say (sentence, kind) tells a person what came of it
 */
export const showFields = (place, sheets, say) => {
  const lang = place.closest("[data-order]") ? JSON.parse(place.closest("[data-order]").dataset.order).to : "";
  let number = 0;
  const part = ({ title, note, fields }) => {
    const said = fields.map((one) => field(one, `field-${(number += 1)}`, place.dataset, say));
    return [make("h3", { textContent: title, lang }), ...said, ...(note ? [make("p", { className: "note warn", textContent: note, lang })] : [])];
  };
  const shown = sheets.map(({ title, parts }) =>
    make("section", { className: "card", lang, dir: "ltr" }, make("h2", { textContent: title, lang }), ...parts.flatMap(part)),
  );
  place.replaceChildren(...shown);
  place.hidden = false;
  const head = place.querySelector("h2");
  if (!head) return;
  head.tabIndex = -1;
  head.focus();
};

/** Nothing of them is left on the page. */
export const forgetFields = (place) => {
  for (const area of place.querySelectorAll("textarea")) area.value = "";
  place.replaceChildren();
  place.hidden = true;
};
