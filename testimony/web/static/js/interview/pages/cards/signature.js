/** The field to sign in, for a witness who insists: what finger, pen or mouse draws goes into the encrypted draft as lines. */

import { announce, complain, on, one, word } from "../base/cards.js";
import { showField } from "../fields/fields.js";
import { after } from "../../form/flow.js";
import { touch } from "./autosave.js";
import { go, whenEntered } from "./card.js";
import { answer, answers, interviewing, path, sitting } from "../base/interview_state.js";
import { drawnIn, pathOf, pointIn, withStroke } from "../../media/strokes.js";

/** {pointer, points} of the stroke that is being drawn. */
let stroke = null;

const field = () => one('[data-field="witness_signature"]');
const pad = () => one("[data-pad]");
const showStroke = () => one("[data-stroke]")?.setAttribute("d", stroke ? pathOf(stroke.points) : "");

const drop = () => {
  stroke = null;
  showStroke();
};

const hold = (drawn) => {
  answer("witness_signature", drawn === "" ? undefined : { value: drawn });
  showField(field(), answers());
  complain("");
  touch();
};

const keep = (points) => {
  const drawn = withStroke(drawnIn(answers().witness_signature), points);
  if (drawn === null) return complain(word("signature_full"));
  hold(drawn);
  return announce(word("signature_drawn"));
};

const begin = (event) => {
  if (!interviewing() || stroke || event.button !== 0 || !pad() || event.target !== pad()) return;
  event.preventDefault();
  pad().setPointerCapture(event.pointerId);
  stroke = { pointer: event.pointerId, points: [pointIn(pad().getBoundingClientRect(), event)] };
  showStroke();
};

const draw = (event) => {
  if (stroke?.pointer !== event.pointerId) return;
  const frame = pad().getBoundingClientRect();
  const passed = event.getCoalescedEvents?.() ?? [];
  stroke.points.push(...(passed.length > 0 ? passed : [event]).map((each) => pointIn(frame, each)));
  showStroke();
};

const end = (event) => {
  if (stroke?.pointer !== event.pointerId) return;
  const { points } = stroke;
  drop();
  if (interviewing()) keep(points);
};

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", draw);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", (event) => stroke?.pointer === event.pointerId && drop());
document.addEventListener("interview-left", drop);
/** On another card nothing of it is on the page that the draft does not hold. */
whenEntered(() => {
  drop();
  showField(field(), answers());
});

on({
  "signature-clear": () => hold(""),
  "signature-none": () => {
    answer("cs_mode", { value: "oral" });
    return go(after(path(), sitting.cards, sitting.state.card)?.id);
  },
});
