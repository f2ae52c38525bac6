/** The browser's offer to put the page on the home screen: it comes early, and is made later, on the home card. */

/** The offer, until it was made or the page is on the home screen. */
export const invitation = { event: null };
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  invitation.event = event;
});
