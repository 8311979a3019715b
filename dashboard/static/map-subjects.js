// What the map shows, by the word in data-map: how a cluster is counted, named, drawn and opened.

const number = new Intl.NumberFormat("en");
const WORDS = {
  A: "of tier A", B: "of tier B", C: "of tier C", D: "of tier D", none: "without a score",
  case: "open code cases", auction: "auctions to come",
};

const listings = {
  list: "/listings",
  title: "Map of listings; arrow keys move it, plus and minus zoom",
  instead: "the listings are shown as a list",
  count: (cluster) => cluster.listings,
  isOne: (cluster) => Boolean(cluster.listing_id),
  style: () => "",
  said: (part) => {
    const shown = part.more ? part.listings - 1 : part.listings;
    return part.more
      ? `More than ${number.format(shown)} listings match here, and ${number.format(shown)} of them are shown. Zoom in for the others. `
      : `${number.format(shown)} ${shown === 1 ? "listing" : "listings"} in this part. `;
  },
  name: (cluster) => cluster.listing_id ? `${cluster.title}, ${price(cluster)}`
    : `${number.format(cluster.listings)} ${cluster.listings === 1 ? "listing" : "listings"}`,
  popup: (cluster) => ({
    link: `/listings/${cluster.listing_id}`, title: cluster.title,
    note: cluster.price_period ? `${price(cluster)} / ${cluster.price_period}` : price(cluster),
  }),
  merged: (one, other) => ({ listings: one.listings + other.listings, listing_id: null }),
};

const parcels = {
  list: null,
  title: "Map of parcels; arrow keys move it, plus and minus zoom",
  instead: "they are shown as a list",
  count: (cluster) => cluster.things,
  isOne: (cluster) => Boolean(cluster.id),
  style: (cluster) => `kind-${Object.keys(WORDS).find((kind) => cluster.counts[kind]).toLowerCase()}`,
  said: (part) => {
    const counted = words(part.counts);
    if (part.more) return `Some of what is here: ${counted}. Zoom in for the others.`;
    return counted ? `${counted} in this part.` : "Nothing of this kind in this part.";
  },
  name: (cluster) => cluster.id ? [cluster.title, words(cluster.counts), cluster.note].filter(Boolean).join(", ")
    : words(cluster.counts),
  popup: (cluster) => ({
    link: "ABCD".includes(cluster.what) ? `/leads/${cluster.parcel}` : null, title: cluster.title, note: [words(cluster.counts), cluster.note].filter(Boolean).join(", "),
  }),
  merged: (one, other) => ({
    things: one.things + other.things, id: null,
    counts: Object.fromEntries(Object.keys(WORDS)
      .map((kind) => [kind, (one.counts[kind] ?? 0) + (other.counts[kind] ?? 0)]).filter(([, count]) => count)),
  }),
};

function price(cluster) {
  return cluster.price === null ? "no price" : `${cluster.currency ?? ""} ${number.format(cluster.price)}`.trim();
}

function words(counts) {
  return Object.keys(WORDS).filter((kind) => counts[kind])
    .map((kind) => `${number.format(counts[kind])} ${WORDS[kind]}`).join(", ");
}

/** The subject of a map: listings, unless it names another. */
export const subjectOf = (frame) => frame.dataset.map === "parcels" ? parcels : listings;
