/** A questionnaire that headquarters tries: the interview itself as a practice, without sign-in, phone and node. Nothing is kept. */

import { followBack } from "../base/back_guard.js";
import "../base/bars.js";
import { busy, failed, flag, on, pageData, show } from "../base/cards.js";
import "../base/dialogs.js";
import { followIdling } from "../base/idle.js";
import { practise } from "../practice/practice.js";
import { begin, interviewing, stepBack } from "./interview.js";

const nothing = () => null;

on({
  try: (button) => busy(button, () => practise(begin)),
  exit: () => location.replace(pageData().urls.blank),
});
addEventListener("unhandledrejection", (event) => failed(event.reason));
followBack({ inside: interviewing, back: stepBack });
followIdling({ lock: nothing, save: nothing, look: nothing }); // a practice ends by itself when nobody touches it
show("trial");
flag("ready", "true");
