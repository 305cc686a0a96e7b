// Feeds and subscribers in trouble, above the alerts.
import { textOf } from "./group.js";
import { dom, element } from "./page.js";

const troubles = new Map(); // feed or subscriber → text

export function noteTrouble(card) {
  for (const bearer of card.bearers) troubles.delete(bearer);
  if (card.trouble) troubles.set(card.bearers[0], textOf(card.headline));
  dom.troubles.replaceChildren(...[...troubles.values()].map((text) => element("li", { dir: "auto" }, text)));
}

export function forgetTroubles() {
  troubles.clear();
  dom.troubles.replaceChildren();
}
