// What every page runs: times, the theme's button, charts, and the pages' own movement.
import { drawCharts, redrawCharts } from "./charts.js";
import { follow } from "./live.js";
import { tellTimes } from "./times.js";
import { offerThemes } from "./themes.js";

/** What is made of a page, when it has loaded and each time that it has moved. */
function enliven() {
  tellTimes(document);
  drawCharts(document);
  document.dispatchEvent(new CustomEvent("page:moved"));
}

enliven();
offerThemes(redrawCharts);
follow(enliven);
setInterval(() => tellTimes(document), 30_000);
