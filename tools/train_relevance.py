"""Learn relevance from labelled items: barometer/reading/data/relevance/*.tsv → data/relevance.json.

Needs scikit-learn (requirements/model.txt). The threshold is chosen by cross-validation on the same items.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import StratifiedKFold

from barometer.reading.learned import MEANING, meaning
from barometer.reading.relevance import examples_digest, media_signs, signs

DATA = Path(__file__).resolve().parent.parent / "barometer" / "reading" / "data"
#: Of the relevant items this share must reach the threshold, in cross-validation.
RECALL = 0.95
FREEDOM = 30
#: What an example of a type counts beside a labelled item.
OTHERS = 0.005
#: How many signs `media_signs` tells.
SIGNS = 9


def items(language: str) -> list[tuple[str, str]]:
    """(label, text) of every item: yes, near or no. The labelled sentences of the types are items too."""
    rows = []
    for path in sorted((DATA / "relevance").glob(f"*-{language}.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            label, _, text = line.partition("\t")
            if label not in ("yes", "near", "no") or not text:
                raise SystemExit(f"{path}, line {number}: {label!r} is none of yes, near, no")
            rows.append((label, text))
    return rows


def sentences(language: str) -> list[tuple[str, str]]:
    """The examples of the types: relevant but for those that tell nothing."""
    rows = []
    for path in sorted((DATA / "examples").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            label, of, text = line.split("\t")
            if of == language:
                rows.append(("near" if label == "none" else "yes", text))
    return rows


def main() -> None:
    """Write the model, and say how well it does on what it did not see."""
    languages, wanted = {}, []
    for language in ("en", "ru", "kk"):
        own, more = items(language), sentences(language)
        every = [text for _, text in [*own, *more]]
        vectors = TfidfVectorizer(
            analyzer=lambda text, of=language: list(signs(text, of).elements()), sublinear_tf=True
        )
        parts = [
            vectors.fit_transform(every),
            csr_matrix(np.array([media_signs(text, signs(text, language)) for text in every])),
        ]
        if language == "ru":
            means = [meaning(text, language) for text in every]
            parts.append(
                csr_matrix(np.array([MEANING * m if m is not None else np.zeros(300) for m in means]))
            )
        matrix = hstack(parts).tocsr()
        answers = np.array([label == "yes" for label, _ in [*own, *more]])
        weight = np.array([1.0] * len(own) + [OTHERS] * len(more))
        model = LogisticRegression(C=FREEDOM, max_iter=3000)
        guessed = np.zeros(len(own))
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
        for train, test in folds.split(np.zeros(len(own)), answers[: len(own)]):
            rows = np.concatenate([train, np.arange(len(own), len(answers))])
            model.fit(matrix[rows], answers[rows], sample_weight=weight[rows])
            guessed[test] = model.predict_proba(matrix[test])[:, 1]
        truth = answers[: len(own)]
        yes = np.sort(guessed[truth])
        wanted.append(float(yes[int(len(yes) * (1 - RECALL))]))
        print(
            f"{language}: {len(own)} items, average precision {average_precision_score(truth, guessed):.3f}, "
            f"threshold {wanted[-1]:.3f} lets {(guessed[~truth] >= wanted[-1]).mean():.3f} of the others through"
        )
        model.fit(matrix, answers, sample_weight=weight)
        weights = model.coef_[0]
        count = len(vectors.vocabulary_)
        languages[language] = {
            # so that the threshold is one half in every language
            "bias": round(float(model.intercept_[0] - np.log(wanted[-1] / (1 - wanted[-1]))), 4),
            "media": [round(float(w), 3) for w in weights[count : count + SIGNS]],
            "meaning": [round(float(w), 3) for w in weights[count + SIGNS :]],
            "words": {
                sign: [round(float(vectors.idf_[column]), 3), round(float(weights[column]), 2)]
                for sign, column in sorted(vectors.vocabulary_.items())
            },
        }
    text = json.dumps(
        {"examples_sha256": examples_digest(), "threshold": 0.5, "languages": languages},
        ensure_ascii=False,
        indent=0,
    )
    (DATA / "relevance.json").write_text(text + "\n", encoding="utf-8")
    print(f"{DATA / 'relevance.json'}: {len(text):,} bytes")


if __name__ == "__main__":
    main()
