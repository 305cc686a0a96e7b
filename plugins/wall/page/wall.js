// The live half of the wall. Everything that comes from outside is set as text, never as HTML.
"use strict";

const isBig = document.documentElement.classList.contains("big");
const most = isBig ? 60 : 1000; // cards on the page; nobody scrolls a big screen
const atOnce = 20; // cards taken in between two frames
const silence = 12000; // ms without a word from the server until the page calls itself lost: two beats and a half
const $ = (id) => document.getElementById(id);
const dom = {};
for (const id of ["alerts", "clock", "controls", "count", "feed", "help", "help-button", "hours", "hours-path",
  "hours-text", "lost", "none", "pause", "said", "search", "severity", "topic", "troubles"]) dom[id] = $(id);

const cards = new Map(); // seq → {card, article, words}
const stories = new Map(); // topic and story → seq of the newest
const troubles = new Map(); // feed → text
let coming = []; // cards for the next frames
let waiting = []; // cards that came while paused
let paused = false;
let refocused = null; // the card that takes the place of the focused one
let times = []; // ms of every alert of the last day, also of those that left the page
let last = 0; // seq of the last card taken
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

function storyKey(card) {
  return card.story ? `${card.topic}/${card.story}` : "";
}

function articleOf(card) {
  const headline = marked(card.headline);
  const title = card.url
    ? element("a", { href: card.url, rel: "noopener noreferrer external", target: "_blank" }, ...headline)
    : element("span", {}, ...headline);
  const article = element("article",
    { class: `card s${card.severity}${card.lab ? " lab" : ""}`, id: `a${card.seq}`, tabindex: "0",
      "aria-labelledby": `h${card.seq}` },
    element("p", { class: "head" },
      element("span", { class: "severity" }, card.severityText),
      element("span", { class: "topic" }, card.topicTitle),
      element("time", { datetime: card.committed, title: card.committed }, clockText(card.committed))),
    element("h2", { id: `h${card.seq}`, lang: card.language, dir: "auto" }, title),
    element("p", { class: "text", lang: card.language, dir: "auto" }, ...marked(card.text)),
    element("p", { class: "meta" },
      element("span", { class: "source", dir: "auto" }, card.source),
      element("span", { class: "status" }, statusText(card)),
      element("span", { class: "kind" }, card.kind === "new" ? "" : card.kind)));
  if (card.why.length) {
    article.append(element("details", { class: "why" }, element("summary", {}, "Why"),
      element("ul", {}, ...card.why.map((line) => element("li", { dir: "auto" }, line)))));
  }
  return article;
}

// ---- stories: the newest alert stands, the earlier ones are listed in it

function earlierLine(card) {
  const time = element("time", { datetime: card.committed }, clockText(card.committed));
  const text = textOf(card.headline);
  const title = card.url ? element("a", { href: card.url, rel: "noopener noreferrer external", target: "_blank" }, text) : text;
  return element("li", { dir: "auto" }, time, ` ${card.source}: `, title);
}

function takeStory(entry) {
  const key = storyKey(entry.card);
  if (!key) return;
  const before = cards.get(stories.get(key));
  stories.set(key, entry.card.seq);
  if (!before) return;
  const list = before.article.querySelector(".earlier ul") || element("ul");
  list.prepend(earlierLine(before.card));
  const outlets = new Set([entry.card.source, before.card.source, ...(before.outlets || [])]);
  entry.outlets = outlets;
  entry.words += ` ${before.words}`;
  const said = `${list.children.length} earlier in this story: ${[...outlets].join(", ")}`;
  entry.article.append(element("details", { class: "earlier" }, element("summary", {}, said), list));
  if (before.article === refocused || before.article.contains(document.activeElement)) refocused = entry.article;
  before.article.remove();
  cards.delete(before.card.seq);
}

// ---- filters

const wanted = { words: "", severity: 9, topic: "" };
const topics = new Set(); // those that can be chosen

function isWanted({ card, words }) {
  return card.severity <= wanted.severity && (!wanted.topic || card.topic === wanted.topic) &&
    (!wanted.words || words.includes(wanted.words));
}

function filterAll() {
  wanted.words = dom.search.value.trim().toLowerCase();
  wanted.severity = Number(dom.severity.value);
  wanted.topic = dom.topic.value;
  for (const entry of cards.values()) {
    const isHidden = !isWanted(entry);
    if (entry.article.hidden !== isHidden) entry.article.hidden = isHidden;
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
  for (const { article } of cards.values()) shown += article.hidden ? 0 : 1;
  dom.count.textContent = String(shown);
  dom.none.hidden = shown > 0;
  dom.none.textContent = cards.size ? "No alert passes the filters." : "No alert yet.";
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
  const isTrouble = ["feed.failing", "feed.stopped", "feed.silent", "feed.gap"].includes(card.topic);
  if (!card.topic.startsWith("feed.")) return;
  troubles.delete(card.subject);
  if (isTrouble) troubles.set(card.subject, textOf(card.headline));
  dom.troubles.replaceChildren(...[...troubles.values()].map((text) => element("li", { dir: "auto" }, text)));
}

function textOf(segments) {
  return segments.map(([text]) => text).join("");
}

// Puts a card on top of `made`, which goes on top of the page when all are in it.
function take(card, isFresh, made) {
  const words = [card.topicTitle, card.source, textOf(card.headline), textOf(card.text)].join("\n").toLowerCase();
  const entry = { card, article: articleOf(card), words };
  takeStory(entry);
  noteTopic(card);
  entry.article.hidden = !isWanted(entry);
  if (isFresh) entry.article.classList.add("fresh");
  cards.set(card.seq, entry);
  made.prepend(entry.article);
  while (cards.size > most) letGo(cards.keys().next().value);
}

function letGo(seq) {
  const { card, article } = cards.get(seq);
  if (stories.get(storyKey(card)) === seq) stories.delete(storyKey(card));
  article.remove();
  cards.delete(seq);
}

function takeAll(list, isFresh) {
  if (!list.length) return;
  dom.feed.setAttribute("aria-busy", "true");
  const made = document.createDocumentFragment();
  for (const card of list) take(card, isFresh, made);
  dom.feed.prepend(made);
  if (refocused) refocused.focus();
  refocused = null;
  dom.feed.setAttribute("aria-busy", "false");
  count();
  drawHours();
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
  takeAll(coming.splice(0, atOnce), true);
  if (coming.length) soon(takeNext);
}

function come(card) {
  if (card.seq <= last) return;
  last = card.seq;
  if (card.kind === "ops") return noteTrouble(card);
  noteTime(card);
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
  source = new EventSource(`/events?after=${last}`);
  const alive = () => { heard = Date.now(); };
  source.onopen = alive;
  source.onmessage = (event) => { alive(); come(JSON.parse(event.data)); };
  source.addEventListener("beat", (event) => { alive(); daemon = JSON.parse(event.data).daemon; });
  source.addEventListener("reset", () => { alive(); reload(); });
}

function forgetAll() {
  cards.clear();
  stories.clear();
  troubles.clear();
  coming = [];
  waiting = [];
  times = [];
  last = 0;
  dom.feed.replaceChildren();
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
    takeAll(alerts.slice(-most), false);
    last = kept.seq;
    heard = Date.now();
    count();
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
