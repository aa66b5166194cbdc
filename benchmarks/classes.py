"""The single home of the classes that the benchmarks grade: generated hand-ins of a given kind.

Every notebook has the cells of a normal hand-in (imports, the three functions, both quizzes); in a class that trains it
also has a 300-step training loop. Students differ in a constant, so that no two digests are equal.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = (
    """
def synthetic_data(w, b, num_examples):
    X = torch.normal(0, 1, (num_examples, len(w)))
    y = torch.matmul(X, w) + b
    y += torch.normal(0, 0.01, y.shape)
    return X, y.reshape((-1, 1))
""",
    """
def squared_loss(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)) ** 2 / 2
""",
    """
def sgd(params, lr, batch_size):
    with torch.no_grad():
        for param in params:
            param -= lr * param.grad / batch_size
            param.grad.zero_()
""",
)

TRAINING = """
true_w, true_b = torch.tensor([2.0, -3.4]), 4.2
features, labels = synthetic_data(true_w, true_b, 1000)
w = torch.zeros((2, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for step in range(300):
    rows = torch.randint(0, 1000, (10,))
    loss = squared_loss(features[rows] @ w + b, labels[rows])
    loss.sum().backward()
    sgd([w, b], 0.03, 10)
print(f"loss {float(squared_loss(features @ w + b, labels).mean()):f}")
"""

QUIZZES = 'broadcasting_answer = "B"', "weight_shape = (8, 1)\nbias_shape = (1,)"


def code_cells(student: int, *, trains: bool) -> list[str]:
    """The code of one student's notebook, cell by cell."""
    cells = [f"# student {student}\nimport random\nimport torch", *FUNCTIONS]
    if trains:
        cells.append(TRAINING)
    return [*cells, *QUIZZES]


def write_class(folder: Path, *, students: int, trains: bool) -> list[Path]:
    """Write one notebook per student into ``folder`` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for student in range(students):
        cells = [
            {"cell_type": "markdown", "metadata": {}, "source": "# Linear regression from scratch"},
            *(
                {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source.strip()}
                for source in code_cells(student, trains=trains)
            ),
        ]
        path = folder / f"student{student:05d}.ipynb"
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
        path.write_text(json.dumps(notebook), encoding="utf-8")
        paths.append(path)
    return paths
