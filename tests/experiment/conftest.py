"""The programs that people wrote are read as text; nothing but the recorder may run them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for `recorder`, which is also a program of its own

collect_ignore = ["recorder.py"]
collect_ignore_glob = ["programs/*"]
