// Cards that have just come: they go on the page between two frames, or wait while the reader has paused.
import { atOnce, most, takeAll } from "./feed.js";
import { textOf } from "./group.js";
import { drawHours, forgetTimes, noteTime } from "./hours.js";
import { dom, soon } from "./page.js";
import { forgetTroubles, noteTrouble } from "./troubles.js";

let coming = []; // cards for the next frames
let waiting = []; // cards that came while paused
let paused = false;
let last = 0; // place of the last card taken
let unseen = 0;
let unsaid = [];

// A tab in the background tells how many came since somebody looked.
export function tellTab() {
  unseen = document.hidden ? unseen : 0;
  document.title = unseen ? `(${unseen}) Tocsin wall` : "Tocsin wall";
}

// Screen readers are told once for a burst, not once for each card.
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

function takeNext() {
  const list = coming.splice(0, atOnce);
  if (list.length) {
    takeAll(list);
    drawHours();
  }
  if (coming.length) soon(takeNext);
}

// The place in the log up to which all is here.
export function place() {
  return last;
}

export function come(card) {
  if (card.seq <= last) return;
  last = card.seq;
  if (card.kind === "ops") {
    noteTrouble(card);
    return;
  }
  noteTime(card);
  unseen += 1;
  tellTab();
  const list = paused ? waiting : coming;
  list.push(card);
  if (list.length > most) list.shift();
  if (paused) {
    tellWaiting();
    return;
  }
  if (list.length === 1) soon(takeNext);
  say(card);
}

// Nothing of before is true any more: what comes is behind `seq`.
export function beginAt(seq) {
  forgetTroubles();
  forgetTimes();
  coming = [];
  waiting = [];
  last = seq;
}

function tellWaiting() {
  dom.pause.textContent = !paused ? "Pause" : waiting.length ? `Go on (${waiting.length} waiting)` : "Go on";
}

export function pauseOrGoOn() {
  paused = !paused;
  dom.pause.setAttribute("aria-pressed", String(paused));
  [coming, waiting] = [waiting, coming];
  if (coming.length) soon(takeNext);
  tellWaiting();
}
