// The keyboard.
import { pauseOrGoOn } from "./arrival.js";
import { dom } from "./page.js";

function shownArticles() {
  return [...dom.feed.children].filter((article) => !article.hidden);
}

function move(step) {
  const list = shownArticles();
  const here = list.findIndex((article) => article.contains(document.activeElement));
  const next = list[here < 0 ? 0 : Math.min(Math.max(here + step, 0), list.length - 1)];
  if (!next) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function toggle(selector) {
  const article = document.activeElement.closest(".card");
  const details = article && article.querySelector(selector);
  if (details) details.open = !details.open;
}

function setHelp(isShown) {
  dom.help.hidden = !isShown;
  dom["help-button"].setAttribute("aria-expanded", String(isShown));
}

export function helpOrNot() {
  setHelp(dom.help.hidden);
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  PageDown: () => move(1),
  PageUp: () => move(-1),
  o: () => {
    const article = document.activeElement.closest(".card");
    const link = article && article.querySelector("h2 a");
    if (link) link.click();
  },
  e: () => toggle(".why"),
  s: () => toggle(".earlier"),
  p: pauseOrGoOn,
  "/": () => dom.search.focus(),
  "?": helpOrNot,
  Escape: () => { setHelp(false); document.activeElement.blur(); },
};

export function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (isTyping && event.key !== "Escape") return;
  const isPaging = event.key.startsWith("Page");
  if (!keys[event.key] || (isPaging && !dom.feed.contains(document.activeElement))) return;
  event.preventDefault();
  keys[event.key]();
}
