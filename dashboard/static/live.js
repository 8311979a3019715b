// A page that moves: it knows how what it shows stood when it was made, hears how it stands now, and asks for itself
// again when the two differ. However much happened meanwhile, that is once.
import { Connection } from "./connection.js";

const BETWEEN_MS = 1_000;
const AGAIN_MS = 3_000;
const WORDS = {
  here: "Live",
  away: "The database is away. This page comes back by itself.",
  changed: "The database was migrated to another version. Restart the dashboard.",
  lost: "The dashboard does not answer. This page comes back by itself.",
};

/** Follows the stream; `moved` is called after each change of the page. */
export async function follow(moved) {
  const main = document.querySelector("main");
  const word = document.querySelector("[data-live-word]");
  const banner = document.querySelector("#live");
  const morph = await morphing();
  let latest = null;
  let asking = false;
  let asked = 0;
  let timer = null;
  let again = null;

  function tell(state) {
    banner.hidden = state === "here";
    if (!banner.hidden && banner.textContent !== WORDS[state]) banner.textContent = WORDS[state];
    word.hidden = false;
    word.textContent = state === "here" ? WORDS.here : "Not live";
    document.documentElement.dataset.database = state;
  }

  /** Whether something that the page shows stands otherwise now. */
  function isOld() {
    if (latest === null || latest.database !== "here") return false;
    const now = { ...latest.topics, database: latest.database };
    const made = JSON.parse(main.dataset.state || "{}");
    return Object.entries(made).some(([topic, state]) => (now[topic] ?? state) !== state);
  }

  /** Asks for the page again, not more often than once a second, and never twice at a time. */
  function look() {
    if (!isOld() || asking || timer !== null || document.hidden) return;
    const wait = asked + BETWEEN_MS - Date.now();
    timer = setTimeout(() => { timer = null; refresh(); }, Math.max(0, wait));
  }

  /** Asks again after a while what goes on in the server alone: where that fails, nothing moves in the database. */
  function lookAgain() {
    clearTimeout(again);
    if (main.querySelector("[data-again]") === null) return;
    again = setTimeout(() => (document.hidden ? lookAgain() : refresh()), AGAIN_MS);
  }

  async function refresh() {
    if (asking) return;
    asking = true;
    asked = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (answer.redirected && new URL(answer.url).pathname === "/login") location.reload();
      if (answer.status === 503) return; // what there was is worth more than an error
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      if (fresh !== null && isQuiet(main)) {
        morph(main, fresh);
        main.dataset.state = fresh.dataset.state;
        document.title = page.title;
        moved();
      }
    } catch {
      // the server is away: the stream says when it is back
    } finally {
      asking = false;
      look();
      lookAgain();
    }
  }

  new Connection(document.documentElement.dataset.live, (event) => {
    if (event.lost) tell("lost");
    else {
      latest = event;
      tell(event.database);
      look();
    }
  });
  document.addEventListener("visibilitychange", look);
  lookAgain();
}

/** Whether nobody is writing into a form of the page, which a new one would take away. */
function isQuiet(main) {
  const at = document.activeElement;
  const writes = main.contains(at) && at.matches("textarea, input:not([type=hidden]), select") && at.form?.matches("[method=post]");
  return !writes;
}

/** What puts a new `main` in the place of the old one: by its differences where Idiomorph is installed. */
async function morphing() {
  const address = document.documentElement.dataset.morph;
  if (!address) return (old, fresh) => old.replaceChildren(...fresh.childNodes);
  const { Idiomorph } = await import(address);
  const callbacks = {
    // what scripts have drawn stays, and so does what the reader has opened
    beforeNodeMorphed: (node) => !(node instanceof Element && node.hasAttribute("data-keep")),
    beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
  };
  return (old, fresh) => Idiomorph.morph(old, fresh.innerHTML, { morphStyle: "innerHTML", ignoreActiveValue: true, callbacks });
}
