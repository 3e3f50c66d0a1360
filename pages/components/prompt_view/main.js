// The prompt as the model saw it, its sources coloured and named in place; or two prompts, line against line.

function labelOf(source) {
  const name = KIND_NAMES[source.kind] ?? source.kind;
  return source.label ? `${name}: ${source.label}` : name;
}

/** The prompt's text to the letter. Names stand beside it and are left out when it is copied. */
function drawSources(place, { text, sources }) {
  const cut = cutter(text);
  let at = 0;
  let named = null;
  for (const source of [...sources].sort((a, b) => a.start - b.start)) {
    if (source.end <= source.start || source.start < at) continue;
    if (source.start > at) place.append(cut.slice(at, source.start));
    const name = labelOf(source);
    if (name !== named) place.append(el("bdi", { class: `name ${kindClass(source.kind)}`, "data-name": name, role: "note", "aria-label": name }));
    named = name;
    const span = el("span", { class: `piece kind ${kindClass(source.kind)}`, "data-id": source.id, dir: "auto" });
    span.textContent = cut.slice(source.start, source.end);
    place.append(span);
    at = source.end;
  }
  if (at < cut.length) place.append(cut.slice(at, cut.length));
}

const SIGNS = { "+": ["added", "only in the second prompt"], "-": ["removed", "only in the first prompt"], " ": ["same", ""] };

function drawDiff(place, lines) {
  for (const { op, text } of lines) {
    const [name, spoken] = SIGNS[op] ?? SIGNS[" "];
    const line = el("span", { class: `line ${name}` });
    const sign = el("span", { class: "sign", "aria-hidden": "true", "data-sign": op === "-" ? "−" : op });
    const words = el("span", { class: "line-text", dir: "auto" });
    words.textContent = text;
    line.append(sign, spoken ? el("span", { class: "unseen" }, `${spoken}: `) : "", words, "\n");
    place.append(line);
  }
}

const drawn = new WeakMap();

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".pap");
  const place = root.querySelector(".text");
  wearTheme(root);
  const signature = JSON.stringify(data);
  if (drawn.get(root) === signature) return;
  drawn.set(root, signature);
  place.replaceChildren();
  place.classList.toggle("diff", Boolean(data.diff));
  place.setAttribute("aria-label", data.diff ? "The difference between two prompts" : "The prompt as the model saw it");
  if (data.diff) drawDiff(place, data.diff);
  else drawSources(place, data);
}
