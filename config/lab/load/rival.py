"""What hotline can be measured against."""

from enum import StrEnum


class Rival(StrEnum):
    """By name."""

    APP_QUEUE = "app_queue"
