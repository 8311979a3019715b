// A map: an outline of the world, and what the server found in the part that is shown, in clusters.
// Clusters are buttons, so a keyboard reaches them. Where there is no WebGL the page's list stays.
import { subjectOf } from "./map-subjects.js";
import { countries } from "./world.js";

const SIZES = 5;
const TOO_NEAR = 40; // pixels
const number = new Intl.NumberFormat("en");
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 2 });

/** Draws every map of the page that is not drawn yet; one that is asks anew for what it shows. */
async function enliven() {
  for (const frame of document.querySelectorAll("[data-map]")) {
    if (frame.clusters) {
      hideList(true);
      frame.clusters.look();
    } else if (!frame.dataset.tried) {
      frame.dataset.tried = "yes";
      await draw(frame);
    }
  }
}

/** The page's own list of what the map shows is for those who have no map. */
function hideList(hidden) {
  const list = document.querySelector("[data-map-list]");
  if (list) list.hidden = hidden;
}

async function draw(frame) {
  const said = frame.parentElement.querySelector("[data-map-said]");
  frame.hidden = false;
  try {
    const [library, world] = await Promise.all([import(frame.dataset.library), fetch(frame.dataset.world)]);
    const map = new library.Map({
      container: frame,
      style: style(countries(await world.json()), frame.dataset.tiles),
      center: [0, 20], zoom: 0.6, minZoom: 0, maxZoom: 19, dragRotate: false, pitchWithRotate: false,
      attributionControl: { compact: true, customAttribution: frame.dataset.tiles ? new URL(frame.dataset.tiles).hostname : "Natural Earth" },
      locale: { "Map.Title": subjectOf(frame).title },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new library.NavigationControl({ showCompass: false }), "top-right");
    frame.clusters = new Clusters(library, map, frame, said);
    hideList(true);
    await frame.clusters.begin();
    const paint = () => paintAgain(map);
    new MutationObserver(paint).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  } catch (error) {
    frame.hidden = true;
    frame.replaceChildren();
    hideList(false);
    said.hidden = false;
    said.textContent = `This browser cannot draw the map (it needs WebGL), so ${subjectOf(frame).instead}.`;
    console.info(error);
  }
}

class Clusters {
  #asking = null;
  #markers = new Map();

  constructor(library, map, frame, said) {
    this.library = library;
    this.map = map;
    this.frame = frame;
    this.said = said;
    this.subject = subjectOf(frame);
    this.popup = new library.Popup({ offset: 12, maxWidth: "280px" });
  }

  /** Goes to the part that the address names, else to where they are, and follows the map from then on. */
  async begin() {
    const { south, west, north, east } = this.frame.dataset;
    let box = south === "" ? null : [[Number(west), Number(south)], [Number(east), Number(north)]];
    if (box && box[0][0] > box[1][0]) box[1][0] += 360;
    box ??= surrounding((await this.#ask({ south: -85, west: -180, north: 85, east: 180 }, 3)).part.clusters);
    if (box) this.map.fitBounds(box, { padding: 48, maxZoom: 14, duration: 0 });
    this.map.on("moveend", () => this.look());
    await this.look();
  }

  /** Shows what is in the part of the map now. */
  async look() {
    try {
      const found = await this.#ask(this.#sides(), Math.round(this.map.getZoom()));
      this.#show(found.part);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.said.hidden = false;
      this.said.textContent = `What is in this part could not be had: ${error.message}`;
    }
  }

  async #ask(sides, zoom) {
    this.#asking?.abort();
    this.#asking = new AbortController();
    const address = new URL(this.frame.dataset.clusters, location.href);
    for (const [name, value] of Object.entries({ ...sides, zoom })) address.searchParams.set(name, value);
    const answer = await fetch(address, { headers: { accept: "application/json" }, signal: this.#asking.signal });
    const document = await answer.json();
    if (!answer.ok) throw new Error(document.error?.message ?? `status ${answer.status}`);
    return document;
  }

  #sides() {
    const bounds = this.map.getBounds();
    const all = bounds.getEast() - bounds.getWest() >= 360;
    const wrap = (degrees) => ((degrees + 180) % 360 + 360) % 360 - 180;
    const cut = (degrees) => Math.min(85, Math.max(-85, degrees));
    return {
      south: cut(bounds.getSouth()).toFixed(6), north: cut(bounds.getNorth()).toFixed(6),
      west: all ? -180 : wrap(bounds.getWest()).toFixed(6), east: all ? 180 : wrap(bounds.getEast()).toFixed(6),
    };
  }

  #show(part) {
    // a marker that is shown again stays, and so does the focus in it
    const before = this.#markers;
    this.#markers = new Map(this.#apart(part.clusters).map((cluster) => {
      const key = JSON.stringify(cluster);
      return [key, before.get(key) ?? this.#marker(cluster)];
    }));
    for (const [key, marker] of before) if (!this.#markers.has(key)) marker.remove();
    this.said.hidden = false;
    this.said.replaceChildren(this.subject.said(part), ...(this.subject.list ? [this.#listed()] : []));
  }

  /** A link to the list of what the map shows now. */
  #listed() {
    const listed = new URL(this.frame.dataset.clusters, location.href);
    listed.pathname = this.subject.list;
    for (const [name, value] of Object.entries(this.#sides())) listed.searchParams.set(name, value);
    return link(listed, "List them");
  }

  /** Clusters that would lie upon each other are one. */
  #apart(clusters) {
    const kept = [];
    for (const cluster of clusters) {
      const { x, y } = this.map.project([cluster.longitude, cluster.latitude]);
      const near = kept.find((other) => Math.hypot(other.x - x, other.y - y) < TOO_NEAR);
      if (near) near.cluster = this.#merged(near.cluster, cluster);
      else kept.push({ x, y, cluster });
    }
    return kept.map((one) => one.cluster);
  }

  #merged(one, other) {
    const [here, there] = [this.subject.count(one), this.subject.count(other)];
    const middle = (name) => (one[name] * here + other[name] * there) / (here + there);
    return {
      ...this.subject.merged(one, other), longitude: middle("longitude"), latitude: middle("latitude"),
      west: Math.min(one.west, other.west), south: Math.min(one.south, other.south),
      east: Math.max(one.east, other.east), north: Math.max(one.north, other.north),
    };
  }

  #marker(cluster) {
    const button = document.createElement("button");
    button.type = "button";
    const name = this.subject.name(cluster);
    if (this.subject.isOne(cluster)) {
      button.className = `point ${this.subject.style(cluster)}`;
      button.title = name;
      button.addEventListener("click", () => this.#open(cluster));
    } else {
      const count = this.subject.count(cluster);
      button.className = `cluster c${Math.min(SIZES, Math.ceil(Math.log10(count + 1)))} ${this.subject.style(cluster)}`;
      button.textContent = (count < 1_000 ? number : compact).format(count);
      button.title = `${name}: zoom in`;
      button.addEventListener("click", () => this.#zoomTo(cluster));
    }
    button.setAttribute("aria-label", button.title);
    button.addEventListener("click", (event) => event.stopPropagation()); // the map closes a popup at a click
    return new this.library.Marker({ element: button }).setLngLat([cluster.longitude, cluster.latitude]).addTo(this.map);
  }

  #zoomTo({ west, south, east, north, longitude, latitude }) {
    const camera = this.map.cameraForBounds([[west, south], [east, north]], { padding: 60, maxZoom: 18 });
    const zoom = Math.max(camera?.zoom ?? 0, this.map.getZoom() + 1.5);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.map.easeTo({ center: camera?.center ?? [longitude, latitude], zoom, duration: calm ? 0 : 500 });
  }

  #open(cluster) {
    const content = document.createElement("div");
    const { link: address, title, note } = this.subject.popup(cluster);
    content.append(address ? link(address, title) : title, document.createElement("br"), note);
    this.popup.setLngLat([cluster.longitude, cluster.latitude]).setDOMContent(content).addTo(this.map);
  }
}

function link(address, text) {
  const made = document.createElement("a");
  made.href = address;
  made.textContent = text;
  return made;
}

/** What surrounds all clusters; none of none. */
function surrounding(clusters) {
  if (clusters.length === 0) return null;
  const least = (name) => Math.min(...clusters.map((cluster) => cluster[name]));
  const most = (name) => Math.max(...clusters.map((cluster) => cluster[name]));
  return [[least("west"), Math.max(-80, least("south"))], [most("east"), Math.min(80, most("north"))]];
}

function colours() {
  const dark = getComputedStyle(document.documentElement).colorScheme.includes("dark");
  return dark ? { sea: "#12161b", land: "#242a31", border: "#3b444e", name: "#8b949e" }
    : { sea: "#e3ebf0", land: "#fbfaf6", border: "#c9c7bd", name: "#7b7f86" };
}

function style(world, tiles) {
  const { sea, land, border } = colours();
  return {
    version: 8,
    sources: {
      world: { type: "geojson", data: world, tolerance: 0.2 },
      ...(tiles ? { tiles: { type: "raster", tiles: [tiles], tileSize: 256 } } : {}),
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": sea } },
      { id: "land", type: "fill", source: "world", paint: { "fill-color": land } },
      { id: "border", type: "line", source: "world", paint: { "line-color": border, "line-width": 1 } },
      ...(tiles ? [{ id: "tiles", type: "raster", source: "tiles" }] : []),
    ],
  };
}

function paintAgain(map) {
  const { sea, land, border } = colours();
  map.setPaintProperty("sea", "background-color", sea);
  map.setPaintProperty("land", "fill-color", land);
  map.setPaintProperty("border", "line-color", border);
}

enliven();
document.addEventListener("page:moved", enliven);
