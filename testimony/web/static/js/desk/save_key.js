/** Ctrl+S, or Cmd+S, on every keyboard: the browser would save the page itself, with what it shows, to the disk. DOM-free. */

/** Whether this key press asks to save. Where a keyboard types no Latin letters, the place of the key counts. */
export const isSave = ({ key, code, ctrlKey, metaKey, altKey, shiftKey }) =>
  (ctrlKey || metaKey) && !altKey && !shiftKey && (key.toLowerCase() === "s" || (code === "KeyS" && !/^[a-z]$/i.test(key)));
