// The user's words with the cues found in them; words can be marked as a cue of one's own.

class Marker {
  constructor(root) {
    this.root = root;
    this.text = root.querySelector(".marked");
    this.list = root.querySelector(".marks");
    this.live = root.querySelector("[aria-live]");
    this.marks = [];
    this.anchor = null;
    this.drag = null;
    this.text.addEventListener("pointerdown", (event) => this.press(event));
    this.text.addEventListener("pointerover", (event) => this.over(event));
    this.text.addEventListener("click", (event) => this.click(event));
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.remove(event));
    this.onUp = () => this.release();
    this.onCancel = () => this.cancel();
  }

  close() {
    document.removeEventListener("pointerup", this.onUp);
    document.removeEventListener("pointercancel", this.onCancel);
  }

  show(data, send) {
    this.send = send;
    document.addEventListener("pointerup", this.onUp);
    document.addEventListener("pointercancel", this.onCancel);
    this.root.querySelector(".hint").textContent = data.hint;
    const fresh = data.words !== this.words || data.edition !== this.edition;
    this.edition = data.edition;
    this.cues = data.cues.filter((cue) => !cue.own);
    if (fresh) {
      this.words = data.words;
      this.cut = cutter(data.words);
      this.marks = data.marks;
      this.anchor = null;
      this.pieces = wordsOf(data.words, data.lang);
      this.text.lang = data.lang ?? "";
    }
    const signature = JSON.stringify(data.cues);
    if (fresh || signature !== this.signature) this.draw();
    this.signature = signature;
  }

  /** Draws words inside the cue and mark that hold them. A mark of one's own wins over a cue that was found. */
  draw() {
    const active = this.root.getRootNode().activeElement;
    const focused = active?.dataset?.w;
    const chip = [...this.list.querySelectorAll("button")].indexOf(active);
    const bounds = [...this.marks.map(([start, end]) => ({ start, end, own: true, label: "your mark" }))];
    for (const cue of this.cues) {
      if (!bounds.some((b) => overlaps([b.start, b.end], [cue.start, cue.end]))) bounds.push({ ...cue, own: false });
    }
    this.nodes = this.pieces.map((piece, i) => this.word(piece, i));
    this.text.replaceChildren();
    let open = null;
    this.pieces.forEach((piece, i) => {
      const bound = bounds.find((b) => overlaps([b.start, b.end], [piece.start, piece.end])) ?? null;
      if (open && open.bound !== bound) open = this.closeCue(open);
      if (bound && !open) open = { bound, node: el("span", { class: `cue k-cue kind ${bound.own ? "own" : ""}` }) };
      (open?.node ?? this.text).append(this.nodes[i]);
      if (open && !open.node.isConnected) this.text.append(open.node);
    });
    if (open) this.closeCue(open);
    const first = this.nodes.find((node) => node.tabIndex >= -1 && node.dataset.w !== undefined);
    const kept = this.nodes[focused]?.dataset ? this.nodes[focused] : null; // new words may have a comma in its place
    const stop = kept ?? this.nodes[this.anchor] ?? first;
    if (stop) stop.tabIndex = 0;
    kept?.focus();
    this.list.replaceChildren(...this.marks.map((mark) => this.chip(mark)));
    const chips = this.list.querySelectorAll("button");
    if (chip >= 0) (chips[Math.min(chip, chips.length - 1)] ?? stop)?.focus();
  }

  closeCue({ bound, node }) {
    const name = el("bdi", { class: "cue-name", "aria-hidden": "true" });
    name.textContent = bound.label;
    if (bound.note) name.title = bound.note;
    node.after("\u2060", name); // a word joiner: the name never starts a line without its words
    return null;
  }

  word(piece, i) {
    if (!piece.markable) return document.createTextNode(piece.text);
    const own = this.marks.some((mark) => overlaps(mark, [piece.start, piece.end]));
    const cue = this.cues.find((c) => overlaps([c.start, c.end], [piece.start, piece.end]));
    const node = el("span", { class: "word", role: "button", "data-w": i, tabindex: -1, "aria-pressed": String(own) });
    node.textContent = piece.text;
    if (cue) node.setAttribute("aria-description", `found: ${cue.label}. ${cue.note ?? ""}`.trim());
    if (cue?.note) node.title = cue.note;
    return node;
  }

  chip(mark) {
    const marked = this.cut.slice(...mark);
    const words = el("span", { class: "quoted", dir: "auto", lang: this.text.lang }, `“${marked}”`);
    const button = el("button", { type: "button", class: "remove", "data-m": JSON.stringify(mark) }, "Remove");
    button.setAttribute("aria-label", `Remove your mark ${marked}`);
    return el("li", {}, el("span", { class: "soft" }, "Your mark "), words, button);
  }

  span(i, j = i) {
    const [a, b] = [Math.min(i, j), Math.max(i, j)];
    return [this.pieces[a].start, this.pieces[b].end];
  }

  indexOf(event) {
    const node = event.target.closest?.("[data-w]");
    return node ? Number(node.dataset.w) : null;
  }

  set(marks, said) {
    this.marks = marks;
    this.draw();
    this.live.textContent = said;
    this.send("marked", { words: this.words, marks, edition: this.edition });
  }

  toggle(i, byFinger = false) {
    const here = this.marks.find((mark) => overlaps(mark, this.span(i)));
    this.anchor = i;
    if (here) this.set(withoutMark(this.marks, here), `Removed: ${this.cut.slice(...here)}`);
    else this.mark(i, i, byFinger);
  }

  /** Marks the words i to j. A finger cannot drag over text, so a word tapped beside a mark joins it. */
  mark(i, j, byFinger = false) {
    const span = byFinger ? this.joined(this.span(i, j)) : this.span(i, j);
    this.set(withMark(this.marks, span), `Marked: ${this.cut.slice(...span)}`);
  }

  joined([start, end]) {
    const blank = (a, b) => a <= b && !this.cut.slice(a, b).trim();
    const beside = this.marks.filter((mark) => blank(mark[1], start) || blank(end, mark[0]));
    return [Math.min(start, ...beside.map((mark) => mark[0])), Math.max(end, ...beside.map((mark) => mark[1]))];
  }

  click(event) {
    const i = this.indexOf(event);
    if (i === null || this.dragged) return;
    if (event.shiftKey && this.anchor !== null) this.mark(this.anchor, i);
    else this.toggle(i, event.pointerType === "touch");
  }

  press(event) {
    this.dragged = false;
    this.drag = null;
    if (event.pointerType === "touch") return; // a finger that moves scrolls; words are tapped one by one
    if (event.button === 0) this.drag = this.indexOf(event);
  }

  over(event) {
    if (!event.buttons) this.cancel(); // it was let go where nobody heard
    const i = this.indexOf(event);
    if (this.drag === null || i === null || (i === this.drag && !this.dragged)) return;
    this.dragged = true;
    this.upto = i;
    const [start, end] = this.span(this.drag, i);
    this.nodes.forEach((node, n) => node.classList?.toggle("dragging", this.pieces[n].start >= start && this.pieces[n].end <= end));
  }

  cancel() {
    if (this.drag === null) return;
    this.drag = null;
    this.nodes.forEach((node) => node.classList?.remove("dragging"));
  }

  release() {
    if (this.drag !== null && this.dragged) {
      getSelection()?.removeAllRanges();
      this.mark(this.drag, this.upto);
      this.anchor = this.drag;
    }
    this.drag = null;
  }

  remove(event) {
    const button = event.target.closest("[data-m]");
    if (!button) return;
    const mark = JSON.parse(button.dataset.m);
    this.set(withoutMark(this.marks, mark), `Removed: ${this.cut.slice(...mark)}`);
  }

  key(event) {
    const i = this.indexOf(event);
    if (i === null || event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own shortcuts
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.toggle(i);
      return;
    }
    const rtl = getComputedStyle(this.text).direction === "rtl";
    const step = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    let next = i + step;
    while (this.pieces[next] && !this.pieces[next].markable) next += step;
    if (!this.pieces[next]) return;
    event.preventDefault();
    this.nodes[i].tabIndex = -1;
    this.nodes[next].tabIndex = 0;
    this.nodes[next].focus();
    if (event.shiftKey) this.mark(i, next);
    else this.anchor = next;
  }
}

const markers = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pap");
  if (!markers.has(root)) markers.set(root, new Marker(root));
  const marker = markers.get(root);
  wearTheme(root);
  marker.show(data, setStateValue);
  return whenLast(marker);
}
