"""The model card holds the measures, and not every answer that was looked at."""

from training.card import table_of

PRINTED = """| measure | all |
| --- | ---: |
| cue recall | 0.96 |

520 answers, greedy. On 1 threads.
[a-scope, none] what does it mean?
→ It may mean much.

[a-scope, none] and this?
→ It may mean little.
"""


def test_the_answers_that_an_evaluation_shows_stay_out_of_the_card():
    table = "| measure | all |\n| --- | ---: |\n| cue recall | 0.96 |\n\n520 answers, greedy. On 1 threads."
    assert table_of(PRINTED) == table
    assert table_of(f"{table}\n") == table
