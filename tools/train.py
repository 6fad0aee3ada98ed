"""Learn the reader's weights from its labelled examples: barometer/reading/data/examples/*.tsv → data/model.json.

Needs scikit-learn (requirements/model.txt); `make model` makes a place for it. The reader itself does not need it.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from barometer.reading.learned import MEANING, examples_digest, features, meaning

DATA = Path(__file__).resolve().parent.parent / "barometer" / "reading" / "data"
#: Weights closer to nought than this change no figure and are left out.
LEAST = 0.35


def examples() -> list[tuple[str, str, str]]:
    """(type, language, sentence) of every example."""
    rows = []
    for path in sorted((DATA / "examples").glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fields = line.split("\t")
            if len(fields) != 3:
                raise SystemExit(f"{path}, line {number}: {len(fields)} fields where 3 are wanted")
            rows.append((fields[0], fields[1], fields[2]))
    return rows


def learned(rows: list[tuple[str, str]], language: str) -> dict[str, object]:
    """The model of one language in the form of the file."""
    vectors = TfidfVectorizer(
        analyzer=lambda text: list(features(text, language).elements()), sublinear_tf=True
    )
    matrix = vectors.fit_transform([text for _, text in rows])
    means = [meaning(text, language) for _, text in rows] if language == "ru" else []
    if means:
        dense = np.array([MEANING * mean if mean is not None else np.zeros(300) for mean in means])
        matrix = hstack([matrix, csr_matrix(dense)]).tocsr()
    classifier = LogisticRegression(C=8, max_iter=5000, class_weight="balanced")
    classifier.fit(matrix, [label for label, _ in rows])
    words = {}
    for word, column in sorted(vectors.vocabulary_.items()):
        kept = [
            (i, round(float(w) * 100)) for i, w in enumerate(classifier.coef_[:, column]) if abs(w) >= LEAST
        ]
        if kept:
            words[word] = [round(float(vectors.idf_[column]), 3), [i for i, _ in kept], [w for _, w in kept]]
    model = {
        "labels": list(classifier.classes_),
        "bias": [round(float(b), 3) for b in classifier.intercept_],
        "words": words,
    }
    if means:
        model["meaning"] = [[round(float(w) * 100) for w in row[-300:]] for row in classifier.coef_]
    return model


def main() -> None:
    """Write the model, one word a line."""
    rows = examples()
    parts = []
    for language in ("en", "ru", "kk"):
        model = learned([(label, text) for label, of, text in rows if of == language], language)
        words = ",\n".join(
            f"{json.dumps(word, ensure_ascii=False)}:{json.dumps(entry, separators=(',', ':'))}"
            for word, entry in model["words"].items()  # type: ignore[attr-defined]
        )
        parts.append(
            f'"{language}":{{"labels":{json.dumps(model["labels"])},\n"bias":{json.dumps(model["bias"])},\n'
            f'"meaning":{json.dumps(model.get("meaning", []), separators=(",", ":"))},\n"words":{{\n{words}}}}}'
        )
    text = f'{{"examples_sha256":"{examples_digest()}",\n"languages":{{\n' + ",\n".join(parts) + "}}\n"
    json.loads(text)
    (DATA / "model.json").write_text(text, encoding="utf-8")
    print(f"{DATA / 'model.json'}: {len(rows):,} examples, {len(text):,} bytes")


if __name__ == "__main__":
    main()
