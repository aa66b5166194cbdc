"""``python -m grader.cli`` is the command ``grader``."""

import sys

from grader.cli.app import main

sys.exit(main())
