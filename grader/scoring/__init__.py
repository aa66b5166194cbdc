"""Case results to points; pure."""

from grader.scoring.points import check_points, score

__all__ = ["check_points", "score"]
