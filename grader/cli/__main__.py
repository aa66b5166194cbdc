"""``python -m grader.cli`` is the command ``grader``."""

import sys

from grader.cli import main

sys.exit(main())
