// What the components share. Text of users and models enters the page here and only through textContent.

/** An element with attributes and children; a string child becomes a text node, never markup. */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Offsets from Python are code points; strings here are UTF-16. This cuts by code points. */
function cutter(text) {
  const points = Array.from(text ?? "");
  return { length: points.length, slice: (start, end) => points.slice(start, end).join("") };
}

/** A map from UTF-16 offsets of `text` to code points: an array with one entry a UTF-16 unit, and the length last. */
function codePointOffsets(text) {
  const offsets = [];
  let count = 0;
  for (const point of text) {
    for (let unit = 0; unit < point.length; unit++) offsets.push(count);
    count += 1;
  }
  offsets.push(count);
  return offsets;
}

/**
 * What closes `shown`, unless it was shown again since: Streamlit may close a render that a newer one overtook after that
 * one was drawn, and what the two share must go on listening.
 */
function whenLast(shown) {
  const turn = (shown.turn = (shown.turn ?? 0) + 1);
  return () => turn === shown.turn && shown.close();
}

/** Tells our root which theme Streamlit wears: read from its background, since there is no flag for it. */
function wearTheme(root) {
  const background = getComputedStyle(root).getPropertyValue("--st-background-color");
  root.style.color = background;
  const [r, g, b] = (getComputedStyle(root).color.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
  root.style.color = "";
  root.dataset.theme = 0.2126 * r + 0.7152 * g + 0.0722 * b < 128 ? "dark" : "light";
}

/** A share as people read it. Other units keep two decimals and their name; null is a score that there is none of. */
function spoken(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit !== undefined && unit !== "share") {
    const size = Math.abs(value).toFixed(2);
    return `${value < 0 && Number(size) ? "−" : ""}${size} ${unit}`.trim();
  }
  return value > 0 && value < 0.005 ? "<1%" : `${Math.round(value * 100)}%`;
}

/** A text as it stands between our quotation marks: one line, no stray mark at its edges, its own quotes single. */
function quotable(text) {
  const line = text.trim().replace(/\s+/g, " ");
  const bare = line.replace(/^[”»’.,;:!?…)\]\s]+/u, "").replace(/[“«„‘(\[\s]+$/u, "");
  return (bare || line).replace(/“/g, "‘").replace(/”/g, "’");
}

const KIND_NAMES = {
  cue: "your cue",
  words: "your words",
  framing: "framing",
  reasoning: "reasoning instruction",
  template: "chat template",
  own: "its own words so far",
};

function kindClass(kind) {
  return Object.hasOwn(KIND_NAMES, kind) ? `k-${kind}` : "k-template";
}
