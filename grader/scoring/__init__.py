"""Case results to points; pure."""
