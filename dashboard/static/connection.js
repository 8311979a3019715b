// One stream a browser, whatever number of tabs it has: a browser opens six connections to a server, and a stream
// keeps one. A shared worker holds it; where there is none, a tab has its own while it is looked at.
import { Stream } from "./stream.js";

export class Connection {
  /** Calls `hear` with {topics, database}, or {lost: true} while the server does not answer. */
  constructor(worker, hear) {
    if (typeof SharedWorker === "function") {
      const shared = new SharedWorker(worker, { type: "module", name: "live" });
      shared.port.onmessage = ({ data }) => hear(data);
      shared.port.start();
      return;
    }
    const own = new Stream("/live", hear);
    const follow = () => (document.hidden ? own.close() : own.open());
    document.addEventListener("visibilitychange", follow);
    follow();
  }
}
