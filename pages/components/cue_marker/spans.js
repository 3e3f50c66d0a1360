// Words and marks as half-open spans [start, end) of code points.

/** The text cut into words and what is between them. Works for scripts without spaces where the browser can. */
function wordsOf(text, lang) {
  const offsets = codePointOffsets(text);
  const piece = (segment, index) => ({
    text: segment,
    start: offsets[index],
    end: offsets[index + segment.length],
    // Signs and emoji can be a cue as well as words can; spaces and punctuation cannot.
    markable: /[\p{L}\p{M}\p{N}\p{S}\p{Extended_Pictographic}]/u.test(segment),
  });
  if (typeof Intl.Segmenter === "function") {
    const segmenter = new Intl.Segmenter(lang || undefined, { granularity: "word" });
    return Array.from(segmenter.segment(text), ({ segment, index }) => piece(segment, index));
  }
  return Array.from(text.matchAll(/[\p{L}\p{M}\p{N}\p{S}\u200d'’]+|[^\p{L}\p{M}\p{N}\p{S}]+/gu), (m) => piece(m[0], m.index));
}

const overlaps = ([a, b], [c, d]) => a < d && c < b;

/** `marks` with `span` added; marks that it touches become one with it. */
function withMark(marks, span) {
  const touched = marks.filter((mark) => overlaps(mark, span));
  const start = Math.min(span[0], ...touched.map((mark) => mark[0]));
  const end = Math.max(span[1], ...touched.map((mark) => mark[1]));
  return [...marks.filter((mark) => !overlaps(mark, span)), [start, end]].sort((a, b) => a[0] - b[0]);
}

const withoutMark = (marks, gone) => marks.filter((mark) => mark[0] !== gone[0] || mark[1] !== gone[1]);
