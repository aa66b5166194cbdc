"""A class of submissions: schedule, progress, one result folder each."""
