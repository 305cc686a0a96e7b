// How many alerts came in each hour of the last day.
import { dom } from "./page.js";

const hour = 3600000; // ms
let times = []; // ms of every alert of the last day, also of those that left the page

export function noteTime(card) {
  times.push(Date.parse(card.committed));
}

export function forgetTimes() {
  times = [];
}

export function drawHours() {
  const hours = new Array(24).fill(0);
  const now = Date.now();
  times = times.filter((time) => now - time < 24 * hour);
  for (const time of times) hours[23 - Math.max(0, Math.floor((now - time) / hour))] += 1;
  const top = Math.max(1, ...hours);
  dom["hours-path"].setAttribute("d", hours.map((n, i) => `M${i * 10 + 1} 32v-${(n / top) * 30}h8V32z`).join(""));
  const sum = hours.reduce((a, b) => a + b, 0);
  dom["hours-text"].textContent = `${sum} in 24 h, ${hours[23]} in the last hour`;
  dom.hours.hidden = false;
}
