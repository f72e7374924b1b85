"""What Gradio reads from the environment, set before it is imported."""

from __future__ import annotations

import os
from typing import Final

_SET: Final = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
}
_CLEARED: Final = (
    "GRADIO_ALLOWED_PATHS",
    "GRADIO_DEBUG",
    "GRADIO_HISTORY_BUCKET",
    "GRADIO_LOCAL_DEV_MODE",
    "GRADIO_MCP_SERVER",
    "GRADIO_PROFILING",
    "GRADIO_SERVER_NAME",
    "GRADIO_SERVER_PORT",
    "GRADIO_SHARE",
    "GRADIO_SSR_MODE",
    "GRADIO_VIBE_MODE",
    "GRADIO_WATCH_DIRS",
)


def prepare() -> None:
    """Turn off what Gradio would send, save or open by itself, and drop variables that would open it up."""
    os.environ.update(_SET)
    for name in _CLEARED:
        os.environ.pop(name, None)
