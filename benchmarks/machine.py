"""What the figures were taken on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
SETTINGS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "XLA_FLAGS", "TF_NUM_INTRAOP_THREADS")
"""Variables that change how many threads compute, or how."""


def describe() -> dict[str, str]:
    """Processor, cores, memory in GiB, system, load of the last minute, and the settings that bear on speed."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    settings = " ".join(f"{name}={os.environ[name]}" for name in SETTINGS if name in os.environ)
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f}",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": f"{load:.2f}",
        "settings": settings,
    }


def _processor() -> str:
    """The model, and the widest vector instructions that it knows."""
    if not CPUINFO.is_file():
        return platform.processor() or platform.machine()
    lines = [line.partition(":") for line in CPUINFO.read_text(encoding="utf-8").splitlines()]
    facts = {name.strip(): value.strip() for name, _, value in lines}
    flags = facts.get("flags", "").split()
    vectors = next((title for flag, title in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags), "")
    return ", ".join(part for part in (facts.get("model name", platform.machine()), vectors) if part)
