"""What authors of hidden suites import: checkers, exhibits, and the types of the fixtures."""
