// From a matrix of targets by sources to what is shown: which row, how strong, which three, in which words.

/** The weight of every source under a focus: a target's row, or, with none, the mean over the answer's targets. */
function rowOf(arm, target) {
  if (target !== null) return arm.scores[target];
  const rows = wholeOf(arm);
  return arm.sources.map((_, j) => mean(rows.map((i) => arm.scores[i][j])));
}

/** Indices of the answer's targets; of all, where only a thought was written. */
function wholeOf(arm) {
  const answer = arm.targets.map((t, i) => (t.part === "answer" ? i : -1)).filter((i) => i >= 0);
  return answer.length ? answer : arm.targets.map((_, i) => i);
}

/** The mean; null where a number is missing. */
function mean(numbers) {
  if (!numbers.length || numbers.some((n) => n === null)) return null;
  return numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
}

/** What removal measured for a source under a focus, in nats: a target's, or of the whole answer; null for none. */
function fallOf(arm, target, j) {
  if (!arm.falls) return null;
  if (target !== null) return arm.falls[target][j];
  const numbers = wholeOf(arm).map((i) => arm.falls[i][j]);
  return numbers.length && !numbers.includes(null) ? numbers.reduce((sum, n) => sum + n, 0) : null;
}

/**
 * How strongly a weight is drawn, 0 to 1. Shares are drawn on one fixed scale (half of all attention is full strength,
 * square root below), so that the same colour means the same share in every card and sentence. A signed or unbounded
 * unit has no such scale: there the largest of the row is full strength.
 */
function strength(weight, row, unit) {
  if (!(weight > 0)) return 0;
  const full = unit === undefined || unit === "share" ? 0.5 : Math.max(...row.map((w) => w ?? 0));
  return Math.min(1, Math.sqrt(weight / full));
}

const NOTHING = "Nothing scores above zero here.";
const READABLE = ["cue", "words", "framing", "reasoning"];

/** Indices of the three largest weights among sources that say something (template and own words have own rows). */
function threeLargest(arm, row) {
  return row
    .map((weight, j) => ({ weight, j }))
    .filter(({ weight, j }) => weight > 0 && READABLE.includes(arm.sources[j].kind))
    .sort((a, b) => b.weight - a.weight || a.j - b.j)
    .slice(0, 3);
}

/** The three largest and, where another source matters more by removal than they do, that one too. */
function withDecisive(arm, target, largest, row) {
  if (!arm.falls) return largest;
  const falls = row.map((weight, j) => ({ weight, j, fall: fallOf(arm, target, j) }));
  const decisive = falls
    .filter(({ j, fall }) => fall !== null && READABLE.includes(arm.sources[j].kind) && outlined(arm.sources[j], target))
    .sort((a, b) => b.fall - a.fall || a.j - b.j)[0];
  return decisive && !largest.some(({ j }) => j === decisive.j) ? [...largest, decisive] : largest;
}

/** The three targets that lean most on a source. */
function threeLeaning(arm, source) {
  return arm.targets
    .map((_, i) => ({ weight: arm.scores[i][source], i }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.i - b.i)
    .slice(0, 3);
}

/** The part of the run that a source is: its kind, but for the thought, which is of the model's own words. */
function partOf(source) {
  return source.id === "thought" && source.kind === "own" ? "thought" : source.kind;
}

/** The sum over sources of these parts; null where none of them has a score. */
function total(arm, row, parts) {
  const some = row.filter((weight, j) => weight !== null && parts.includes(partOf(arm.sources[j])));
  const none = !some.length && arm.sources.some((s) => parts.includes(partOf(s)));
  return none ? null : some.reduce((sum, weight) => sum + weight, 0);
}

/**
 * The sum of the scores of some parts, in words. What single removals did does not add up, since two pieces may stand
 * for each other: there no sum is told.
 */
function sumOf(arm, row, parts) {
  const sum = total(arm, row, parts);
  const several = arm.sources.filter((source) => parts.includes(partOf(source))).length > 1;
  return arm.by_removal && several && sum !== null ? "" : spoken(sum, arm.unit);
}

function outlined(source, target) {
  const flag = source.outline;
  return Array.isArray(flag) ? (target === null ? flag.length > 0 : flag.includes(target)) : Boolean(flag);
}

const BADGE_MARKS = { "backed by removal": "✓", "partly backed": "◐", "not backed": "✕" };

/** Whether removal backs what is lit, in words: of one target, or how many of the answer's. */
function badgeOf(arm, target, unit = "sentence") {
  const said = target === null ? null : arm.targets[target].badge;
  if (said) return said in BADGE_MARKS ? `${BADGE_MARKS[said]} highlight ${said}` : `? ${said}`;
  const badges = arm.targets.filter((t) => t.part === "answer" && t.badge).map((t) => t.badge);
  if (target !== null || !badges.length) return "";
  if (!badges.some((badge) => badge in BADGE_MARKS)) return `? ${badges[0]}`;
  const backed = badges.filter((badge) => badge === "backed by removal").length;
  const mark = BADGE_MARKS[backed === badges.length ? "backed by removal" : backed ? "partly backed" : "not backed"];
  return `${mark} highlight backed by removal in ${backed} of ${badges.length} ${unit}${badges.length === 1 ? "" : "s"}`;
}

/** How well what is lit foretells random removals (LDS): of one target, or the mean of the answer's; "" for none. */
function ldsOf(arm, target) {
  const of = target === null ? arm.targets.filter((t) => t.part === "answer") : [arm.targets[target]];
  const known = of.map((t) => t.lds).filter((lds) => typeof lds === "number");
  return known.length ? `foretells removals ${mean(known).toFixed(2).replace("-", "−")} (LDS)` : "";
}

const BADGE_MEANS =
  "Backed: the piece that is lit most is one that this part rests on, since without it the part would be at most half as likely and no other piece matters far more. Partly: another of the pieces that are lit most is (of three at most, and of no more than half of all). Not backed: none of them is.";

const LDS_MEANS =
  "Linear datamodelling score: pieces of the prompt were taken away at random, many times over; this is the rank correlation between what the highlights foretell and what then happened to the sentence. 1 is perfect, 0 is chance, below 0 is worse.";

function titles(view) {
  const unit = view.target_name ?? "sentence";
  return {
    average: "What the answer looked at, on average",
    thought: "No answer yet. What the thought looked at, on average",
    target: `What this ${unit} looked at`,
    source: `Which ${unit}s looked at it most`,
    asked: `Each number is the share of attention, in percent, from the ${unit} that is lit to a piece of the prompt; with none lit, the mean over the ${unit}s of the answer.`,
    ...view.titles,
  };
}

/** How likely without a piece, by what removal measured in nats: "10× less". Python says the same in telling.py. */
function changed(fall) {
  if (Math.abs(fall) < 0.05) return "just as";
  return `${timesOf(Math.exp(Math.min(Math.abs(fall), 50)))} ${fall > 0 ? "less" : "more"}`;
}

function timesOf(times) {
  if (times < 1.5) return "a little";
  if (times < 10) return `${(Math.floor(times * 10 + 1e-6) / 10).toFixed(1).replace(/\.0$/, "")}×`; // 1.96 is not yet 2
  return times < 1000 ? `${Math.floor(times + 1e-6)}×` : "over 1,000×";
}

function removed(fall) {
  return `without it ${changed(fall)} likely`;
}
