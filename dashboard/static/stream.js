// An event stream that comes back after anything: a browser gives up for good after any answer that is not a stream,
// such as a proxy's 502.
const FIRST_MS = 500;
const LONGEST_MS = 15_000;

export class Stream {
  #address;
  #hear;
  #source = null;
  #timer = null;
  #wait = FIRST_MS;

  constructor(address, hear) {
    this.#address = address;
    this.#hear = hear;
  }

  open() {
    if (this.#source !== null || this.#timer !== null) return;
    const source = new EventSource(this.#address);
    this.#source = source;
    source.addEventListener("state", (event) => {
      this.#wait = FIRST_MS;
      this.#hear(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      this.#hear({ lost: true });
      // not left to the browser: it would come back only after some of the ways in which a stream ends
      this.close();
      this.#timer = setTimeout(() => {
        this.#timer = null;
        this.open();
      }, this.#wait * (0.75 + Math.random() / 2));
      this.#wait = Math.min(2 * this.#wait, LONGEST_MS);
    });
  }

  close() {
    this.#source?.close();
    this.#source = null;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}
