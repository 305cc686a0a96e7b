// The live half of the wall: where it begins. Without it the page shows the alerts as they were when it was loaded.
import { pauseOrGoOn, tellTab } from "./arrival.js";
import { filterAll } from "./feed.js";
import { drawHours } from "./hours.js";
import { helpOrNot, onKey } from "./keys.js";
import { dom } from "./page.js";
import { look, reload, tellState } from "./stream.js";

document.addEventListener("visibilitychange", tellTab);
document.addEventListener("keydown", onKey);
dom.search.addEventListener("input", filterAll);
dom.topic.addEventListener("change", filterAll);
dom.severity.addEventListener("change", filterAll);
dom.pause.addEventListener("click", pauseOrGoOn);
dom["help-button"].addEventListener("click", helpOrNot);
dom.controls.addEventListener("submit", (event) => event.preventDefault());
dom.controls.hidden = false;
setInterval(drawHours, 60000);
setInterval(look, 1000);
tellState();
reload();
