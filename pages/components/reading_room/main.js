// The room: cards on one grid, one pin, and the ways to point: mouse, keyboard, touch.

const narrow = () => matchMedia("(max-width: 640px)").matches;
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const arrived = new Set(); // what the page has come to once: it never takes a reader there twice

class Room {
  constructor(root) {
    this.root = root;
    this.grid = root.querySelector(".grid");
    this.caption = root.querySelector(".caption");
    this.live = root.querySelector("[aria-live]");
    this.cards = [];
    this.pin = null;
    this.point = null;
    this.onKey = (event) => {
      if (event.key === "Escape" && this.pin) this.setPin(null);
    };
    // On a narrow screen what is pinned lies over the page: it is let go where its answers have been scrolled away.
    this.seen = false;
    this.away = new IntersectionObserver((entries) => {
      const here = entries.at(-1).isIntersecting;
      if (this.seen && !here && narrow() && this.pin) this.setPin(null);
      this.seen ||= here;
    });
    this.grid.addEventListener("pointerover", (event) => event.pointerType !== "touch" && this.setPoint(this.focusAt(event)));
    this.grid.addEventListener("pointerleave", () => this.setPoint(null));
    this.grid.addEventListener("focusin", (event) => this.setPoint(this.focusAt(event), true));
    this.grid.addEventListener("focusout", () => this.setPoint(null));
    this.grid.addEventListener("click", (event) => this.click(event));
    this.grid.addEventListener("keydown", (event) => this.key(event));
  }

  close() {
    document.removeEventListener("keydown", this.onKey);
    this.away.disconnect();
  }

  show(view, send) {
    const active = this.focused();
    this.draw(view, send);
    if (active) this.moveTo(this.node(active), { preventScroll: true });
  }

  /** Gives a part the keyboard's focus; of many parts of a text it is then the one stop of the Tab key. */
  moveTo(part, how = {}) {
    const place = part && this.cards.flatMap((card) => card.places).find((p) => p.contains(part));
    if (!place) return;
    const parts = partsIn(place);
    if (parts.length > MOST_STOPS) for (const other of parts) other.tabIndex = -1;
    part.tabIndex = 0;
    part.focus(how);
  }

  /** The part that has the keyboard's focus: a redraw would lose it. */
  focused() {
    const active = this.root.getRootNode().activeElement;
    return active && this.grid.contains(active) ? this.focusAt({ target: active }) : null;
  }

  draw(view, send) {
    this.send = send;
    this.unit = this.root.dataset.unit = view.target_name ?? "sentence";
    document.addEventListener("keydown", this.onKey);
    this.away.observe(this.root);
    const ids = JSON.stringify(view.arms.map((arm, i) => [arm.id ?? i, arm.run ?? null]));
    const fresh = ids !== this.ids;
    if (fresh) {
      this.ids = ids;
      const open = this.cards.map((card) => card.unfolded);
      this.cards = view.arms.map((_, i) => new Card(i, open[i]));
      this.grid.replaceChildren(...this.cards.map((card) => card.root));
      this.root.dataset.n = view.arms.length;
      this.point = null;
      this.pin = null;
    }
    this.caption.textContent = view.caption ?? "";
    this.cards.forEach((card, i) => {
      const wasTraceable = card.traceable;
      if (!card.show(view.arms[i], view)) return;
      this.setTabStops(card);
      if (card.traceable && !wasTraceable) this.takeUpPin(view, i);
      this.light(i);
    });
    if (view.come && !arrived.has(view.come)) this.come(view.come);
  }

  /** Brings the answers into sight that were just asked for, where they begin above the screen or low on it. */
  come(name) {
    arrived.add(name);
    const top = this.root.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight * 0.6) this.root.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  }

  /** A pin that Python remembers (after a reload or a link) is taken up once, when the arm can first be traced. */
  takeUpPin(view, i) {
    const arm = view.arms[i];
    const kept = view.pinned?.arm === (arm.id ?? i) ? view.pinned : null;
    const same = (kept?.unit ?? this.unit) === this.unit; // the third sentence is not the third token
    const target = kept ? (same ? kept.target : null) : (arm.selection ?? null);
    const source = kept?.source ? arm.sources.findIndex((s) => s.id === kept.source) : -1;
    if (this.pin) return;
    if (target !== null && target !== undefined && target < arm.targets.length) this.pin = { card: i, target, source: null };
    else if (source >= 0) this.pin = { card: i, target: null, source };
  }

  /** Up to 24 parts of a text are each a stop of the Tab key; more are one stop, and the arrow keys do the rest. */
  setTabStops(card) {
    if (!card.traceable) return;
    for (const place of card.places) {
      const nodes = partsIn(place);
      for (const node of nodes) node.tabIndex = nodes.length <= MOST_STOPS ? 0 : -1;
      if (nodes.length) nodes[0].tabIndex = 0;
    }
  }

  focusAt(event) {
    const node = event.target.closest?.("[data-t], [data-s]");
    if (!node) return null;
    const card = this.cards.findIndex((c) => c.root.contains(node));
    return "t" in node.dataset
      ? { card, target: Number(node.dataset.t), source: null }
      : { card, target: null, source: Number(node.dataset.s) };
  }

  setPoint(focus, announce = false) {
    if (JSON.stringify(focus) === JSON.stringify(this.point)) return;
    const before = this.point;
    this.point = focus;
    this.hold();
    for (const i of new Set([before?.card, focus?.card].filter((c) => c !== undefined))) this.light(i, announce && i === focus?.card);
  }

  setPin(pin) {
    const before = this.pin;
    this.pin = pin;
    this.hold();
    for (const i of new Set([before?.card, pin?.card].filter((c) => c !== undefined))) this.light(i, i === pin?.card);
    if (!pin) this.live.textContent = "Freed.";
    if (pin && narrow()) this.node(pin)?.scrollIntoView({ block: "nearest" });
    const arm = pin && this.cards[pin.card].arm;
    this.send("pinned", pin && { arm: arm.id ?? pin.card, unit: this.unit, target: pin.target, source: pin.source === null ? null : arm.sources[pin.source].id });
  }

  hold() {
    // On a narrow screen the sources leave the flow as a sheet: the place they leave keeps the height it had at rest. A
    // tap points before it pins, and what is pointed at can already be shorter.
    const held = narrow() && (this.point || this.pin);
    for (const { traces } of this.cards) traces.style.minBlockSize = held ? traces.style.minBlockSize || `${traces.offsetHeight}px` : "";
  }

  node(focus) {
    const card = this.cards[focus.card];
    return focus.target !== null ? card.targets[focus.target] : card.sources[focus.source]?.span;
  }

  light(i, announce = false) {
    const pinned = this.pin?.card === i;
    const focus = pinned ? this.pin : this.point?.card === i ? this.point : null;
    const said = this.cards[i].light(focus, pinned);
    if (announce && said) this.live.textContent = said;
  }

  click(event) {
    if (event.target.closest("[data-free]")) {
      const freed = event.detail === 0 && this.node(this.pin);
      this.setPin(null);
      if (freed) freed.focus({ preventScroll: true }); // pressed by key: the button that had the focus is gone
      return;
    }
    const focus = this.focusAt(event);
    if (focus) this.toggle(focus);
  }

  toggle(focus) {
    this.setPin(JSON.stringify(focus) === JSON.stringify(this.pin) ? null : focus);
  }

  key(event) {
    const focus = this.focusAt(event);
    if (!focus || event.altKey || event.ctrlKey || event.metaKey) return; // the browser's own shortcuts
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      this.toggle(focus);
      return;
    }
    const node = this.node(focus);
    const nodes = this.cards[focus.card].places.filter(unfolded).flatMap(partsIn).filter((n) => "t" in n.dataset === "t" in node.dataset);
    const here = nodes.indexOf(node);
    const rtl = getComputedStyle(node.parentElement).direction === "rtl";
    const step = { ArrowDown: 1, ArrowUp: -1, ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1 }[event.key];
    const next = event.key === "Home" ? nodes[0] : event.key === "End" ? nodes.at(-1) : step ? nodes[here + step] : null;
    if (!next) return;
    event.preventDefault();
    this.moveTo(next);
  }
}

const MOST_STOPS = 24;
const partsIn = (place) => [...place.querySelectorAll("[data-t], [data-s]")];
const unfolded = (place) => place.closest("details")?.open ?? true;

const rooms = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".pap");
  if (!rooms.has(root)) rooms.set(root, new Room(root));
  const room = rooms.get(root);
  wearTheme(root);
  room.show(data, setStateValue);
  return whenLast(room);
}
