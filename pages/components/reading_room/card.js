// One arm: its head, the folded thought, the answer, and below it what the answer looked at.

class Card {
  /** `unfolded`: whether what we added stands open, as it did in the card before this one. */
  constructor(index, unfolded = false) {
    this.index = index;
    this.unfolded = unfolded;
    this.arm = null;
    this.places = []; // the texts that hold parts to point at
    this.signature = null;
    this.thoughtText = document.createTextNode("");
    this.answerText = document.createTextNode("");
    this.label = el("h3", { class: "label", id: `label-${index}` });
    this.meta = el("p", { class: "meta soft number" });
    this.thoughtCount = el("span", { class: "soft number" });
    this.thought = el("div", { class: "prose thought-text", dir: "auto" }, this.thoughtText);
    this.thoughtFold = el(
      "details",
      { class: "thought", hidden: true },
      el("summary", {}, el("span", {}, "Thought"), el("span", { class: "soft" }, " · text the model wrote before answering"), this.thoughtCount),
      this.thought,
    );
    this.answer = el("div", { class: "prose answer", dir: "auto" }, this.answerText);
    this.traces = el("div", { class: "slot" });
    this.root = el(
      "article",
      { class: "card", "aria-labelledby": `label-${index}` },
      el("header", { class: "head" }, this.label, this.meta),
      el("div", { class: "thought-row" }, this.thoughtFold),
      this.answer,
      this.traces,
    );
  }

  /** Draws `arm`; the same arm twice touches nothing, and a growing text only grows. */
  show(arm, view) {
    const signature = JSON.stringify([arm, view.titles, view.target_name]);
    if (signature === this.signature) return false;
    this.signature = signature;
    this.arm = arm;
    this.view = view;
    this.label.textContent = arm.label;
    this.meta.textContent = arm.meta ?? "";
    this.root.dataset.status = arm.status;
    this.root.setAttribute("aria-busy", String(arm.status === "streaming"));
    for (const node of [this.thought, this.answer]) node.lang = arm.lang ?? "";
    const words = (arm.thought ?? "").split(/\s+/).filter(Boolean).length;
    this.thoughtFold.hidden = !arm.thought;
    const writing = arm.status === "streaming" && !arm.answer;
    if (writing !== this.writing) this.thoughtFold.open = writing; // open while it is all there is to read
    this.writing = writing;
    this.thoughtFold.classList.toggle("writing", writing);
    this.thoughtCount.textContent = words ? ` · ${words} words` : "";
    this.traceable = Boolean(arm.scores && arm.targets?.length && arm.status !== "streaming");
    this.targets = [];
    this.sources = [];
    this.write(this.thought, this.thoughtText, arm.thought ?? "", "thought");
    this.write(this.answer, this.answerText, arm.answer ?? "", "answer");
    if (arm.status === "failed") this.answer.append(el("p", { class: "error", role: "alert" }, arm.error ?? "This answer failed."));
    this.traces.replaceChildren();
    if (this.traceable) this.traces.append(this.drawTraces());
    else if (arm.status !== "streaming" && arm.status !== "failed") {
      const why = arm.answer || arm.thought ? "There are no highlights by this method for this answer." : "This answer has no words.";
      this.traces.append(el("p", { class: "soft note" }, why));
    }
    return true;
  }

  /** Plain text grows in its one text node; traceable text is cut into targets. */
  write(place, node, text, part) {
    if (!this.traceable) {
      if (place.firstChild !== node || place.childNodes.length > 1) place.replaceChildren(node);
      if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length));
      else node.data = text;
      return;
    }
    const cut = cutter(text);
    let at = 0;
    place.replaceChildren();
    this.arm.targets.forEach((target, i) => {
      if (target.part !== part) return;
      if (target.start > at) place.append(cut.slice(at, target.start));
      const span = el("span", { class: "target lit", role: "button", "data-t": i, "aria-pressed": "false" });
      span.textContent = cut.slice(target.start, target.end);
      this.targets[i] = span;
      place.append(span);
      at = target.end;
    });
    if (at < cut.length) place.append(cut.slice(at, cut.length));
  }

  drawTraces() {
    const arm = this.arm;
    this.title = el("p", { class: "title" });
    this.quote = el("p", { class: "quote", dir: "auto", lang: arm.lang });
    this.badge = el("p", { class: "badge soft", id: `badge-${this.index}` });
    this.top = el("ol", { class: "top", id: `top-${this.index}` });
    const words = el("div", { class: "prose words", dir: "auto", lang: arm.words_lang ?? arm.lang, role: "group", "aria-label": "Your words" });
    const added = el("ul", { class: "lines" });
    arm.sources.forEach((source, j) => {
      if (source.kind === "cue" || source.kind === "words") words.append(...this.wordsSource(source, j));
      if (source.kind === "framing" || source.kind === "reasoning") added.append(this.addedSource(source, j));
    });
    this.addedShare = el("span", { class: "share number" });
    this.wordsShare = el("span", { class: "share number" });
    this.addedFramed = el("span", { class: "soft framed" });
    const fold = added.children.length
      ? el("details", { class: "added", open: this.unfolded }, el("summary", {}, el("span", {}, "What we added ", this.addedFramed), this.addedShare), added)
      : el("p", { class: "row" }, el("span", {}, "What we added: nothing"), this.addedShare);
    fold.addEventListener("toggle", () => (this.unfolded = fold.open));
    this.places = [this.thought, this.answer, words, added];
    this.rest = {};
    const rows = [
      ["template", "Chat template and first token"],
      ["thought", "The text before the answer"],
      ["own", "Its own words so far"],
    ]
      .filter(([part]) => arm.sources.some((source) => partOf(source) === part))
      .map(([part, name]) => {
        this.rest[part] = el("span", { class: "share number" });
        const kind = part === "thought" ? "own" : part;
        return el("p", { class: "row", "data-rest": part }, el("span", { class: `kind ${kindClass(kind)}` }, name), this.rest[part]);
      });
    const free = el("button", { class: "free", type: "button", "data-free": true }, "Close");
    return el(
      "section",
      { class: "traces sheetable", "aria-label": "What it looked at" },
      el("div", { class: "sheet-head" }, this.title, free),
      this.quote,
      this.badge,
      this.top,
      el("p", { class: "row words-row" }, el("span", {}, "Your words"), this.wordsShare),
      words,
      fold,
      ...rows,
    );
  }

  wordsSource(source, j) {
    // White space at the edges of a piece stays outside its underline.
    const [, before, text, after] = source.text.match(/^(\s*)([^]*?)(\s*)$/);
    const span = this.sourceSpan(source, j, text);
    span.classList.add("in-words");
    return [before, span, "\u2060", this.tag(source, j), after];
  }

  addedSource(source, j) {
    const span = this.sourceSpan(source, j, source.text.trim());
    span.setAttribute("dir", "auto");
    return el("li", {}, span, this.tag(source, j));
  }

  sourceSpan(source, j, text) {
    const span = el("span", { class: `source lit kind ${kindClass(source.kind)}`, role: "button", "data-s": j, "aria-pressed": "false" });
    span.textContent = text;
    this.sources[j] = { span };
    return span;
  }

  /** The small tag after a source: its name and its share. Plain inline text, so that it never leaves its source. */
  tag(source, j) {
    const share = el("span", { class: "tag-share" });
    const name = source.kind === "cue" || source.label ? source.label || "your cue" : "";
    this.sources[j].share = share;
    const tag = el("bdi", { class: "tag number", dir: "ltr" });
    if (name && source.kind !== "words") tag.append(el("span", { class: "tag-name" }, name), "\u00a0");
    tag.append(share);
    return tag;
  }

  /** The lines above the list keep the most room that they took at this width: else what is pointed at would move away
   * from under the pointer, and back, without end. */
  keepRoom() {
    const width = narrow() ? 0 : this.root.offsetWidth;
    for (const line of [this.title, this.badge]) {
      if (width !== this.width) line.style.minBlockSize = "";
      if (width) line.style.minBlockSize = `${line.getBoundingClientRect().height}px`;
    }
    this.width = width;
  }

  /** Lights the card for a focus: {target}, {source} or null, and says it in words. Returns the sentence to announce. */
  light(focus, pinned) {
    if (!this.traceable) return "";
    const { arm } = this;
    const target = focus?.target ?? null;
    const source = focus?.source ?? null;
    const row = rowOf(arm, target);
    const text = titles(this.view);
    this.title.textContent = source !== null ? text.source : target !== null ? text.target : arm.targets.some((t) => t.part === "answer") ? text.average : text.thought;
    this.title.title = text.asked;
    const lds = source === null ? ldsOf(arm, target) : "";
    this.badge.textContent = source === null ? badgeOf(arm, target, this.view.target_name ?? "sentence") : "";
    if (lds) this.badge.append(" · ", el("abbr", { class: "lds number", title: LDS_MEANS }, lds));
    this.badge.hidden = !arm.falls;
    this.badge.title = BADGE_MEANS;
    this.keepRoom();
    const about = source !== null ? arm.sources[source].text : target !== null ? arm.targets[target].text : "";
    this.quote.textContent = about.trim().replace(/\s+/g, " ");
    this.root.classList.toggle("pinned", pinned);
    this.sources.forEach(({ span, share }, j) => {
      const on = source === null || source === j;
      span.style.setProperty("--s", on ? strength(row[j], row, arm.unit).toFixed(3) : 0);
      // Figure spaces keep the width: no line breaks anew when a number changes.
      share.textContent = spoken(row[j], arm.unit).padEnd(3, "\u2007");
      span.classList.toggle("outlined", outlined(arm.sources[j], target));
      span.classList.toggle("at", source === j);
      span.setAttribute("aria-pressed", String(pinned && source === j));
    });
    this.targets.forEach((span, i) => {
      span.classList.toggle("at", target === i);
      span.setAttribute("aria-pressed", String(pinned && target === i));
      // While another part is pinned, the lists below are about that one.
      if (pinned && target !== i) span.removeAttribute("aria-describedby");
      else span.setAttribute("aria-describedby", `badge-${this.index} top-${this.index}`);
      span.className = span.className.replace(/ ?k-\w+/g, "");
      if (source !== null) span.classList.add(kindClass(arm.sources[source].kind));
      const column = source === null ? [] : arm.scores.map((scores) => scores[source]);
      span.style.setProperty("--s", source === null ? 0 : strength(column[i], column, arm.unit).toFixed(3));
    });
    this.addedShare.textContent = sumOf(arm, row, ["framing", "reasoning"]);
    this.wordsShare.textContent = sumOf(arm, row, ["cue", "words"]);
    const framed = arm.sources.filter((s) => ["framing", "reasoning"].includes(s.kind) && outlined(s, target)).length;
    this.addedFramed.textContent = framed ? `(${framed} with a frame)` : "";
    for (const part of Object.keys(this.rest)) {
      const fall = part === "thought" ? fallOf(arm, target, arm.sources.findIndex((s) => partOf(s) === part)) : null;
      const measured = fall === null ? [] : [removed(fall)];
      const told = arm.by_removal && measured.length ? measured : [...measured, sumOf(arm, row, [part])];
      this.rest[part].textContent = told.filter(Boolean).join(" · ");
    }
    return this.listTop(source, row, target);
  }

  listTop(source, row, target) {
    const { arm } = this;
    const entries =
      source === null
        ? withDecisive(arm, target, threeLargest(arm, row), row).map(({ weight, j }) => ({ weight, fall: fallOf(arm, target, j), kind: arm.sources[j].kind, name: KIND_NAMES[arm.sources[j].kind], text: arm.sources[j].text, lang: arm.words_lang ?? arm.lang }))
        : threeLeaning(arm, source).map(({ weight, i }) => ({ weight, fall: fallOf(arm, i, source), kind: arm.sources[source].kind, name: arm.targets[i].part === "thought" ? "in the thought" : "", text: arm.targets[i].text, lang: arm.lang }));
    const tested = entries.some(({ fall }) => fall !== null);
    const shares = (weight) => (arm.by_removal ? [] : [spoken(weight, arm.unit)]);
    const lines = entries.map(({ weight, fall, kind, name, text, lang }) => {
      const quoted = el("span", { class: "quoted", dir: "auto", lang }, `“${quotable(text)}”`);
      const measured = fall === null ? (tested ? el("span", { class: "fall" }) : null) : el("span", { class: "fall number", title: `without the piece its log-probability ${fall < 0 ? "rises" : "falls"} by ${Math.abs(fall).toFixed(1)} nats` }, changed(fall), el("span", { class: "unseen" }, " likely without it"));
      return el("li", {}, ...shares(weight).flatMap((share) => [el("span", { class: "share number" }, share), " "]), measured, " ", el("span", { class: "what" }, el("span", { class: `kind ${kindClass(kind)}` }, name || "the answer"), " ", quoted));
    });
    if (tested) lines.unshift(el("li", { class: "heads soft", "aria-hidden": "true" }, ...shares(0).map(() => el("span", { class: "share" })), el("span", { class: "fall" }, "how likely without it")));
    if (!entries.length) lines.push(el("li", { class: "soft" }, NOTHING));
    while (lines.length < (arm.falls ? 5 : 3)) lines.push(el("li", { "aria-hidden": "true" }, "\u00a0"));
    this.top.replaceChildren(...lines);
    return `${this.title.textContent}: ${entries.map(({ weight, fall, name, text }) => [...shares(weight), ...(fall === null ? [] : [removed(fall)]), `${name} “${quotable(text)}”`.trim()].join(", ")).join("; ")}${this.badge.textContent ? `. ${this.badge.textContent}` : ""}`;
  }
}
