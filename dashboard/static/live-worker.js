// Holds the stream for all tabs of the browser; it ends with the last of them.
import { Stream } from "./stream.js";

const tabs = new Set();
let latest = null;
const stream = new Stream("/live", (event) => {
  latest = event;
  for (const tab of tabs) tab.postMessage(event);
});

onconnect = ({ ports: [tab] }) => {
  tabs.add(tab);
  if (latest !== null) tab.postMessage(latest);
  stream.open();
};
