// The cards on the page, the newest first.
import { isWanted, noteTopic, readWishes } from "./filter.js";
import { articleOf, fold, keyOf } from "./group.js";
import { dom, isBig, soon } from "./page.js";

export const most = isBig ? 60 : 1000; // cards on the page; nobody scrolls a big screen
export const atOnce = 20; // cards taken in between two frames

const groups = new Map(); // key → group
const keyOfArticle = new WeakMap();
let opening = new Map(); // groups that are not on the page yet, the newest first
let refocused = null; // the card that takes the place of the focused one

function count() {
  let shown = 0;
  for (const { article } of groups.values()) shown += article.hidden ? 0 : 1;
  dom.count.textContent = String(shown);
  dom.none.hidden = shown > 0;
  dom.none.textContent = groups.size ? "No alert passes the filters." : "No alert yet.";
}

function tellBusy() {
  dom.feed.setAttribute("aria-busy", String(opening.size > 0));
}

// Puts a group on the page, or into what will go there.
function place(group, put) {
  const key = keyOf(group.card);
  group.article = articleOf(group);
  group.article.hidden = !isWanted(group);
  keyOfArticle.set(group.article, key);
  groups.set(key, group);
  put(group.article);
}

// Puts a card on top of `made`, which goes on top of the page when all are in it.
function take(card, made) {
  const key = keyOf(card);
  const before = groups.get(key) || opening.get(key);
  opening.delete(key);
  const old = before && before.article;
  noteTopic(card);
  place(fold(before, card), (article) => made.prepend(article));
  const article = groups.get(key).article;
  article.classList.add("fresh");
  if (!old) return;
  if (old === refocused || old.contains(document.activeElement)) refocused = article;
  old.remove();
}

// The page is in the order of its cards: the oldest is the last one.
function letGo() {
  while (groups.size > most) {
    const article = dom.feed.lastElementChild;
    groups.delete(keyOfArticle.get(article));
    article.remove();
  }
}

// Puts cards that have just come on top, the newest last in the list.
export function takeAll(list) {
  dom.feed.setAttribute("aria-busy", "true");
  const made = document.createDocumentFragment();
  for (const card of list) take(card, made);
  dom.feed.prepend(made);
  letGo();
  if (refocused) refocused.focus();
  refocused = null;
  tellBusy();
  count();
}

// Begins the page with what the server keeps. The newest groups are there at once, and the others follow piece by piece, so
// that a page of a thousand answers while it is opened.
export function show(list) {
  const all = new Map();
  for (const card of list) {
    const key = keyOf(card);
    const group = fold(all.get(key), card);
    all.delete(key);
    all.set(key, group);
    noteTopic(card);
  }
  opening = new Map([...all].reverse().slice(0, most));
  groups.clear();
  dom.feed.replaceChildren();
  showNext(opening);
}

function showNext(mine) {
  if (mine !== opening) return; // the page has begun again meanwhile
  const made = document.createDocumentFragment();
  for (const [key, group] of [...opening].slice(0, atOnce)) {
    opening.delete(key);
    if (groups.size < most) place(group, (article) => made.append(article));
  }
  dom.feed.append(made);
  tellBusy();
  count();
  if (opening.size) soon(() => showNext(mine));
}

export function filterAll() {
  readWishes();
  for (const group of groups.values()) {
    const isHidden = !isWanted(group);
    if (group.article.hidden !== isHidden) group.article.hidden = isHidden;
  }
  count();
}
