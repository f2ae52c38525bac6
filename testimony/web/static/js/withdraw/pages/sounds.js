/** What the page says, played to a witness who does not read: one sound at a time, when somebody taps, and silent when the step is left. */

/** {button, sound} of what is being played; null in silence. */
let playing = null;

/** Silence, now. */
export const hush = () => {
  if (!playing) return;
  const { button, sound } = playing;
  playing = null;
  sound.pause();
  sound.removeAttribute("src");
  button.setAttribute("aria-pressed", "false");
};

const play = async (button, failed) => {
  const stopped = playing?.button === button;
  hush();
  if (stopped) return;
  const mine = { button, sound: new Audio(button.dataset.sound) };
  playing = mine;
  button.setAttribute("aria-pressed", "true");
  mine.sound.onended = () => playing === mine && hush();
  try {
    await mine.sound.play();
  } catch {
    if (playing !== mine) return; // silenced before it began
    hush();
    failed();
  }
};

/** Play on a tap; `failed()` when a sound does not come, or is none that this browser plays. */
export const offerSounds = (failed) => document.querySelectorAll("[data-sound]").forEach((button) => button.addEventListener("click", () => play(button, failed)));
