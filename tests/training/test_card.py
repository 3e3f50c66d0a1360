"""The model card holds the measures, and not every answer that was looked at; it says what a mean is of."""

from training.card import averaged, deepened, table_of
from training.stages import Stage

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


def test_the_shares_of_a_mean_are_told_and_of_a_single_stage_there_are_none():
    stages = [Stage("first", 9, 1.0, 0.0), Stage("second", 9, 1.0, 0.375), Stage("third", 9, 1.0, 0.625)]
    assert "second 37.5%, third 62.5%." in averaged(stages)
    assert "first" not in averaged(stages)
    assert averaged([Stage("first", 9, 1.0, 0.0), Stage("second", 9, 1.0)]) == ""


def test_layers_that_were_added_are_told_and_where_none_was_nothing_is_said():
    assert "It began with 6 layers" in deepened(6, 8)
    assert deepened(6, 6) == ""
