// Times in words that stay true, with the exact one in the reader's own zone beside them.
const STEPS = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];
const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** Says how long ago each <time> of the page is. */
export function tellTimes(page) {
  for (const time of page.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (Number.isNaN(at.getTime())) continue;
    time.title = exact.format(at);
    const seconds = (at - Date.now()) / 1_000;
    const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? STEPS.at(-1);
    const said = Math.abs(seconds) < 10 ? "just now" : words.format(Math.trunc(seconds / length), unit);
    if (time.textContent !== said) time.textContent = said;
  }
}
