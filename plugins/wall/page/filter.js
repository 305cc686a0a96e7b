// What the reader wants to see.
import { dom, element } from "./page.js";

const wanted = { words: "", severity: 9, topic: "" };
const topics = new Set(); // those that can be chosen

export function isWanted(group) {
  return group.severity <= wanted.severity && (!wanted.topic || group.topics.has(wanted.topic)) &&
    (!wanted.words || group.words.includes(wanted.words));
}

export function readWishes() {
  wanted.words = dom.search.value.trim().toLowerCase();
  wanted.severity = Number(dom.severity.value);
  wanted.topic = dom.topic.value;
}

export function noteTopic(card) {
  if (topics.has(card.topic)) return;
  topics.add(card.topic);
  const option = element("option", { value: card.topic }, card.topicTitle);
  const behind = [...dom.topic.options].slice(1).find((other) => other.text > card.topicTitle);
  dom.topic.insertBefore(option, behind || null);
}
