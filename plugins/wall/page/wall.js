// The live half of the wall. Everything that comes from outside is set as text, never as HTML.
"use strict";

const isBig = document.documentElement.classList.contains("big");
const most = isBig ? 60 : 1000; // cards on the page; nobody scrolls a big screen
const atOnce = 20; // cards taken in between two frames
const listed = 50; // earlier alerts of a story
const silence = 12000; // ms without a word from the server until the page calls itself lost: two beats and a half
const $ = (id) => document.getElementById(id);
const dom = {};
for (const id of ["alerts", "clock", "controls", "count", "feed", "help", "help-button", "hours", "hours-path",
  "hours-text", "lost", "none", "pause", "said", "search", "severity", "topic", "troubles"]) dom[id] = $(id);

// What stands on the page is groups: a story, or an alert of none. The newest item is the card, earlier ones are
// listed in it; alerts of several topics about one item are one card.
const groups = new Map(); // key → group
const keyOfArticle = new WeakMap();
let opening = new Map(); // groups that are not on the page yet, the newest first
const troubles = new Map(); // feed or subscriber → text
let coming = []; // cards for the next frames
let waiting = []; // cards that came while paused
let paused = false;
let refocused = null; // the card that takes the place of the focused one
let times = []; // ms of every alert of the last day, also of those that left the page
let last = 0; // place of the last card taken
let epoch = ""; // which log it is a place in
let heard = Date.now();
let daemon = true;
let source = null;

// ---- making elements

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== "" && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

function marked(segments) {
  return segments.map(([text, hit]) => (hit ? element("mark", {}, text) : text));
}

// Making a format takes longer than making a card.
const hourAndMinute = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat("en-GB", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

function clockText(iso) {
  const time = new Date(iso);
  const isToday = time.toDateString() === new Date().toDateString();
  return (isToday ? hourAndMinute : dayAndTime).format(time);
}

function statusText(card) {
  if (!card.story) return "";
  const told = card.outlets > 1 ? `, ${card.outlets} outlets, ${card.sources} independent` : "";
  return card.status + told;
}

function keyOf(card) {
  return card.story ? `story ${card.story}` : `alert ${card.seq}`;
}

// The group with one card more. An item that is known already has only matched another topic, or was revised.
function fold(before, card) {
  const group = before || { topics: new Map(), severity: 10, severityText: "", earlier: [], words: "" };
  const isKnown = before && card.item !== "" && before.card.item === card.item;
  if (before && !isKnown) group.earlier.unshift(before.card);
  if (!isKnown) group.why = new Map();
  group.why.set(card.topicTitle, card.why);
  group.topics.set(card.topic, card.topicTitle);
  if (card.severity < group.severity) {
    group.severity = card.severity;
    group.severityText = card.severityText;
  }
  group.card = card;
  const words = [card.topicTitle, card.source, textOf(card.headline), textOf(card.text), ...card.lines];
  group.words = `${words.join("\n").toLowerCase()}\n${group.words}`.slice(0, 20000);
  return group;
}

function linkOr(text, url) {
  if (!url) return text;
  return element("a", { href: url, rel: "noopener noreferrer external", target: "_blank" }, ...[text].flat());
}

function whyOf(group) {
  const lines = [];
  for (const [title, why] of group.why) {
    if (group.why.size > 1 && why.length) lines.push(element("li", { class: "of-topic" }, title));
    lines.push(...why.map((line) => element("li", { dir: "auto" }, line)));
  }
  if (!lines.length) return "";
  return element("details", { class: "why" }, element("summary", {}, "Why"), element("ul", {}, ...lines));
}

function earlierLine(card) {
  const time = element("time", { datetime: card.committed }, clockText(card.committed));
  return element("li", { dir: "auto" }, time, ` ${card.source}: `, linkOr(textOf(card.headline), card.url));
}

function earlierOf(group) {
  if (!group.earlier.length) return "";
  const outlets = new Set(group.earlier.map((card) => card.source));
  const said = `${group.earlier.length} earlier in this story: ${[...outlets].join(", ")}`;
  return element("details", { class: "earlier" }, element("summary", {}, said),
    element("ul", {}, ...group.earlier.slice(0, listed).map(earlierLine)));
}

function linesOf(card) {
  if (!card.lines.length) return "";
  return element("ul", { class: "lines" }, ...card.lines.map((line) => element("li", { dir: "auto" }, line)));
}

function articleOf(group) {
  const card = group.card;
  const headline = marked(card.headline);
  const article = element("article",
    { class: `card s${group.severity}${card.lab ? " lab" : ""}`, id: `a${card.seq}`, tabindex: "0",
      "aria-labelledby": `h${card.seq}` },
    element("p", { class: "head" },
      element("span", { class: "severity" }, group.severityText),
      ...[...group.topics.values()].map((topic) => element("span", { class: "topic" }, topic)),
      element("time", { datetime: card.committed, title: card.committed }, clockText(card.committed))),
    element("h2", { id: `h${card.seq}`, lang: card.language, dir: "auto" },
      card.url ? linkOr(headline, card.url) : element("span", {}, ...headline)),
    element("p", { class: "text", lang: card.language, dir: "auto" }, ...marked(card.text)),
    linesOf(card),
    element("p", { class: "meta" },
      element("span", { class: "source", dir: "auto" }, card.source),
      element("span", { class: "status" }, statusText(card)),
      element("span", { class: "kind" }, card.kind === "new" ? "" : card.kind)),
    whyOf(group), earlierOf(group));
  keyOfArticle.set(article, keyOf(card));
  return article;
}

// ---- filters

const wanted = { words: "", severity: 9, topic: "" };
const topics = new Set(); // those that can be chosen

function isWanted(group) {
  return group.severity <= wanted.severity && (!wanted.topic || group.topics.has(wanted.topic)) &&
    (!wanted.words || group.words.includes(wanted.words));
}

function filterAll() {
  wanted.words = dom.search.value.trim().toLowerCase();
  wanted.severity = Number(dom.severity.value);
  wanted.topic = dom.topic.value;
  for (const group of groups.values()) {
    const isHidden = !isWanted(group);
    if (group.article.hidden !== isHidden) group.article.hidden = isHidden;
  }
  count();
}

function noteTopic(card) {
  if (topics.has(card.topic)) return;
  topics.add(card.topic);
  const option = element("option", { value: card.topic }, card.topicTitle);
  const behind = [...dom.topic.options].slice(1).find((other) => other.text > card.topicTitle);
  dom.topic.insertBefore(option, behind || null);
}

function count() {
  let shown = 0;
  for (const { article } of groups.values()) shown += article.hidden ? 0 : 1;
  dom.count.textContent = String(shown);
  dom.none.hidden = shown > 0;
  dom.none.textContent = groups.size ? "No alert passes the filters." : "No alert yet.";
}

// ---- alerts per hour

function noteTime(card) {
  times.push(Date.parse(card.committed));
}

function drawHours() {
  const hours = new Array(24).fill(0);
  const now = Date.now();
  times = times.filter((time) => now - time < 24 * 3600000);
  for (const time of times) hours[23 - Math.max(0, Math.floor((now - time) / 3600000))] += 1;
  const top = Math.max(1, ...hours);
  dom["hours-path"].setAttribute("d", hours.map((n, i) => `M${i * 10 + 1} 32v-${(n / top) * 30}h8V32z`).join(""));
  const sum = hours.reduce((a, b) => a + b, 0);
  dom["hours-text"].textContent = `${sum} in 24 h, ${hours[23]} in the last hour`;
  dom.hours.hidden = false;
}

// ---- taking cards in

function noteTrouble(card) {
  for (const bearer of card.bearers) troubles.delete(bearer);
  if (card.trouble) troubles.set(card.bearers[0], textOf(card.headline));
  dom.troubles.replaceChildren(...[...troubles.values()].map((text) => element("li", { dir: "auto" }, text)));
}

function textOf(segments) {
  return segments.map(([text]) => text).join("");
}

// Puts a group on the page, or into what will go there.
function place(group, put) {
  group.article = articleOf(group);
  group.article.hidden = !isWanted(group);
  groups.set(keyOf(group.card), group);
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

function takeAll(list) {
  if (!list.length) return;
  dom.feed.setAttribute("aria-busy", "true");
  const made = document.createDocumentFragment();
  for (const card of list) take(card, made);
  dom.feed.prepend(made);
  letGo();
  if (refocused) refocused.focus();
  refocused = null;
  dom.feed.setAttribute("aria-busy", String(opening.size > 0));
  count();
  drawHours();
}

// The newest groups are on the page at once, and the others follow piece by piece, so that a page of a thousand
// answers while it is opened.
function show(list) {
  const all = new Map();
  for (const card of list) {
    const key = keyOf(card);
    const group = fold(all.get(key), card);
    all.delete(key);
    all.set(key, group);
    noteTopic(card);
  }
  opening = new Map([...all].reverse().slice(0, most));
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
  dom.feed.setAttribute("aria-busy", String(opening.size > 0));
  count();
  if (opening.size) soon(() => showNext(mine));
}

// A tab in the background tells how many came since somebody looked.
let unseen = 0;
function tellTab() {
  unseen = document.hidden ? unseen : 0;
  document.title = unseen ? `(${unseen}) Tocsin wall` : "Tocsin wall";
}

// Screen readers are told once for a burst, not once for each card.
let unsaid = [];
function say(card) {
  unsaid.push(card);
  if (unsaid.length > 1) return;
  setTimeout(() => {
    const newest = unsaid[unsaid.length - 1];
    const text = textOf(newest.headline);
    dom.said.textContent = unsaid.length === 1 ? `${newest.severityText}: ${text}`
      : `${unsaid.length} new alerts, the latest: ${text}`;
    unsaid = [];
  }, 1000);
}

// A page in the background has no frames.
function soon(deed) {
  if (document.hidden) setTimeout(deed, 200);
  else requestAnimationFrame(deed);
}

function takeNext() {
  takeAll(coming.splice(0, atOnce));
  if (coming.length) soon(takeNext);
}

function come(card) {
  if (card.seq <= last) return;
  last = card.seq;
  if (card.kind === "ops") return noteTrouble(card);
  noteTime(card);
  unseen += 1;
  tellTab();
  const list = paused ? waiting : coming;
  list.push(card);
  if (list.length > most) list.shift();
  if (paused) return tellWaiting();
  if (list.length === 1) soon(takeNext);
  say(card);
}

function tellWaiting() {
  dom.pause.textContent = !paused ? "Pause" : waiting.length ? `Go on (${waiting.length} waiting)` : "Go on";
}

function setPaused(isPaused) {
  paused = isPaused;
  dom.pause.setAttribute("aria-pressed", String(paused));
  [coming, waiting] = [waiting, coming];
  if (coming.length) soon(takeNext);
  tellWaiting();
}

// ---- the connection

function tellState() {
  const isLost = Date.now() - heard >= silence;
  const text = isLost ? `Connection lost at ${clockText(new Date(heard).toISOString())}. What you see is old.`
    : daemon ? "" : "The daemon does not answer. No new alerts come until it does.";
  dom.lost.hidden = text === "";
  if (dom.lost.textContent !== text) dom.lost.textContent = text;
  dom.clock.textContent = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function listen() {
  if (source) source.close();
  source = new EventSource(`/events?after=${last}&epoch=${encodeURIComponent(epoch)}`);
  const alive = () => { heard = Date.now(); };
  source.onopen = alive;
  source.onmessage = (event) => { alive(); come(JSON.parse(event.data)); };
  source.addEventListener("beat", (event) => {
    alive();
    const said = JSON.parse(event.data);
    daemon = said.daemon;
    // In another log the places of this one say nothing.
    if (epoch && said.epoch && said.epoch !== epoch) reload();
    else epoch = said.epoch || epoch;
  });
  source.addEventListener("reset", () => { alive(); reload(); });
}

function forgetAll() {
  groups.clear();
  opening = new Map();
  troubles.clear();
  coming = [];
  waiting = [];
  times = [];
  last = 0;
  dom.troubles.replaceChildren();
}

async function reload() {
  if (source) source.close();
  try {
    const reply = await fetch("/alerts.json", { cache: "no-store" });
    if (!reply.ok) throw new Error(String(reply.status));
    const kept = await reply.json();
    forgetAll();
    for (const trouble of kept.troubles) noteTrouble(trouble);
    const alerts = kept.cards.filter((card) => card.kind !== "ops");
    alerts.forEach(noteTime);
    show(alerts);
    drawHours();
    last = kept.seq;
    epoch = kept.epoch;
    heard = Date.now();
    listen();
  } catch {
    setTimeout(reload, 2000);
  }
}

// A connection that hangs is not an error to the browser: it is closed here and opened anew.
setInterval(() => {
  tellState();
  if (Date.now() - heard >= silence && source && source.readyState !== EventSource.CONNECTING) listen();
  else if (source && source.readyState === EventSource.CLOSED) listen();
}, 1000);

// ---- keys

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
  p: () => setPaused(!paused),
  "/": () => dom.search.focus(),
  "?": () => setHelp(dom.help.hidden),
  Escape: () => { setHelp(false); document.activeElement.blur(); },
};

document.addEventListener("visibilitychange", tellTab);
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const isTyping = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
  if (isTyping && event.key !== "Escape") return;
  const isPaging = event.key.startsWith("Page");
  if (!keys[event.key] || (isPaging && !dom.feed.contains(document.activeElement))) return;
  event.preventDefault();
  keys[event.key]();
});

dom.search.addEventListener("input", filterAll);
dom.topic.addEventListener("change", filterAll);
dom.severity.addEventListener("change", filterAll);
dom.pause.addEventListener("click", () => setPaused(!paused));
dom["help-button"].addEventListener("click", () => setHelp(dom.help.hidden));
dom.controls.addEventListener("submit", (event) => event.preventDefault());
dom.controls.hidden = false;
setInterval(drawHours, 60000);
tellState();
reload();
