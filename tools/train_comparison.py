"""Learn the weights by which names are compared → barometer/names/data/weights.json.

    train_comparison.py             learn (needs scikit-learn), then measure
    train_comparison.py --measure   only measure, on forenames, surnames and spellings that were not learned from

People: composed by `compose_names.py`. Half of the forenames are unknown to the word list while the weights are
learned, and all of those that are measured on, so that the weights do not lean on it.
Everything else: the country's outlets and bodies in their spellings, and composed companies.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from compose_names import PairOfNames, halves, pairs
from compose_organisations import organisation_pairs

from barometer.names import forenames as lists
from barometer.names import organisations, parts, people
from barometer.names.forenames import Forename, Lexicon

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "barometer" / "names" / "data" / "weights.json"
COUNT = 16_000
#: How strongly weights are held near nought.
RIDGE = 1.0
#: Findings that can only speak for two names being one, and those that may speak either way.
FOR = frozenset(
    [
        "family_match",
        "given_match",
        "pairs",
        "letters",
        "patronymic_same",
        "initial_fits",
        "together",
        "kind_same",
        "level_same",
        "subject_same",
        "general_same",
        "form_same",
        "number_same",
        "known_same",
        "name_share",
        "first_letters",
    ]
)
FREE = frozenset(["bias", "half", "short"])
Example = tuple[dict[str, float], bool]


@contextmanager
def only_known(known: Iterable[Forename]) -> Iterator[None]:
    """As if the word list had these forenames alone."""
    lexicon = Lexicon.of(known)
    original = lists.lexicon
    try:
        parts.lexicon = lambda: lexicon  # type: ignore[assignment]
        _forget()
        yield
    finally:
        parts.lexicon = original
        _forget()


def _forget() -> None:
    for cached in (parts.word_of, parts._match, people.person):
        cached.cache_clear()


def person_examples(rows: Sequence[PairOfNames]) -> list[Example]:
    """The findings of each pair, with the answer."""
    examples = []
    for row in rows:
        a, b = people.person(row.a), people.person(row.b)
        if not a.says_nothing and not b.says_nothing:
            examples.append((people.findings(a, b).values, row.same))
    return examples


def other_examples(rows: Sequence[PairOfNames]) -> list[Example]:
    """The findings of each pair; once as if the country's data knew neither, once in five with what it knows."""
    examples = []
    for number, row in enumerate(rows):
        a, b = organisations.organisation(row.a), organisations.organisation(row.b)
        if a.says_nothing or b.says_nothing:
            continue
        values = organisations.findings(a, b, row.how).values
        unknown = {name: value for name, value in values.items() if not name.startswith("known_")}
        examples.append((unknown, row.same))
        if number % 5 == 0:
            examples.append((values, row.same))
    return examples


def learn(examples: Sequence[Example]) -> dict[str, float]:
    """Weights of a logistic regression in which what is alike never speaks against, nor a difference for."""
    import numpy as np
    from scipy.optimize import minimize
    from sklearn.feature_extraction import DictVectorizer

    table = DictVectorizer(sparse=False, sort=True)
    values = table.fit_transform([values for values, _ in examples])
    values = np.hstack([values, np.ones((len(values), 1))])
    signs = np.where([same for _, same in examples], 1.0, -1.0)
    names = [*map(str, table.get_feature_names_out()), "bias"]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margins = signs * (values @ weights)
        total = np.logaddexp(0, -margins).sum() + 0.5 * RIDGE * (weights[:-1] ** 2).sum()
        slope = values.T @ (-signs / (1 + np.exp(np.clip(margins, -500, 500))))
        slope[:-1] += RIDGE * weights[:-1]
        return float(total), slope

    bounds = [(0, None) if name in FOR else (None, None) if name in FREE else (None, 0) for name in names]
    solved = minimize(
        loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 3000}
    )
    return {name: round(float(weight), 3) for name, weight in sorted(zip(names, solved.x, strict=True))}


def area(scores: Sequence[tuple[float, bool]]) -> float:
    """The area under the curve: how often a true pair is above a false one."""
    ranked = sorted(scores)
    below = 0.0
    wins = 0.0
    at = 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        true = sum(same for _, same in ranked[at:end])
        false = end - at - true
        wins += true * (below + false / 2)
        below += false
        at = end
    true = sum(same for _, same in scores)
    return wins / max(1, true * (len(scores) - true))


def best_f1(scores: Sequence[tuple[float, bool]]) -> tuple[float, float]:
    """The best F1 over all thresholds, and its threshold."""
    total = sum(same for _, same in scores)
    right = taken = 0
    best = (0.0, 0.5)
    ranked = sorted(scores, key=lambda row: -row[0])
    for at, (score, same) in enumerate(ranked):
        right += same
        taken += 1
        if at + 1 < len(ranked) and ranked[at + 1][0] == score:
            continue
        best = max(best, (2 * right / (taken + total), score))
    return best


def f1_at(scores: Sequence[tuple[float, bool]], threshold: float) -> float:
    """F1 where everything from the threshold on counts as one."""
    right = sum(same for score, same in scores if score >= threshold)
    taken = sum(score >= threshold for score, _ in scores)
    return 2 * right / max(1, taken + sum(same for _, same in scores))


def summary(scores: Sequence[tuple[float, bool]]) -> str:
    """AUC, best F1, F1 at one half."""
    best, threshold = best_f1(scores)
    return f"AUC {area(scores):.4f}, best F1 {best:.4f} (at {threshold:.2f}), F1 {f1_at(scores, 0.5):.4f} at 0.50"


def main() -> None:
    """Learn unless told not to; print figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--measure", action="store_true")
    given = parser.parse_args()
    (names, stems), (other_names, other_stems) = halves()
    if not given.measure:
        with only_known(names[::2]):
            examples = person_examples(pairs(names, stems, COUNT, seed=1, abroad=0.12))
        found = {
            "person": learn(examples),
            "other": learn(other_examples(organisation_pairs(0, COUNT // 2, seed=3))),
        }
        OUT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    from barometer.names import comparison
    from barometer.names.comparison import compare

    rows = [row for row in pairs(other_names, other_stems, 9_000, seed=2) if " " in row.a and " " in row.b]
    with only_known(names):
        scores = [(compare(row.a, row.b).probability, row.same) for row in rows]
    print("people, composed, forenames unknown:", summary(scores))
    scores = [(compare(row.a, row.b).probability, row.same) for row in rows]
    print("people, composed, forenames known:  ", summary(scores))
    by_kind(rows, scores)
    rows = organisation_pairs(1, 4_000, seed=4)
    learned = comparison.weights()["other"]
    examples = other_examples(list(rows))
    print("others, unknown to the data:        ", end=" ")
    print(summary([(comparison.probability(values, learned), same) for values, same in examples]))
    kinds = {"court": "body"}
    scores = [(compare(row.a, row.b, kinds.get(row.how, row.how)).probability, row.same) for row in rows]
    print("others, composed and of the country:", summary(scores))
    by_kind(rows, scores)


def by_kind(rows: Sequence[PairOfNames], scores: Sequence[tuple[float, bool]]) -> None:
    """How many are right at one half, by what was composed."""
    for how in sorted({row.how for row in rows}):
        own = [score for row, score in zip(rows, scores, strict=True) if row.how == how]
        right = sum((score >= 0.5) == same for score, same in own)
        print(f"  {how:15} {right / len(own):.3f} of {len(own)} right")


if __name__ == "__main__":
    main()
