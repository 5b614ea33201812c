"""The seven tasks: names, class order and aliases. Every other module speaks these words.

The order is that of the classifier in the released text head (InstructIR, ECCV 2024, section 3.2), so class
indices of our models and of the authors' agree.
"""

from enum import StrEnum

from instructir.errors import ConfigError


class Task(StrEnum):
    """A restoration task; ``task.class_index`` is its class in the intent head."""

    DENOISING = "denoising"
    DEBLURRING = "deblurring"
    DERAINING = "deraining"
    DEHAZING = "dehazing"
    LOW_LIGHT = "low_light"
    SUPER_RESOLUTION = "super_resolution"
    ENHANCEMENT = "enhancement"

    @property
    def class_index(self) -> int:
        """Class index in the intent head, 0 to 6."""
        return TASKS.index(self)

    @classmethod
    def parse(cls, name: str) -> "Task":
        """Return the task called `name`, by its own name or a common alias, in any case.

        Raises:
            ConfigError: if no task has that name.
        """
        word = name.strip().lower().replace("-", "_").replace(" ", "_")
        word = _ALIASES.get(word, word)
        try:
            return cls(word)
        except ValueError:
            known = ", ".join(task.value for task in TASKS)
            raise ConfigError(f"unknown task {name!r}: use one of {known}") from None


TASKS: tuple[Task, ...] = tuple(Task)
"""All tasks in class order."""

_ALIASES: dict[str, str] = {
    "denoise": "denoising",
    "noise": "denoising",
    "deblur": "deblurring",
    "blur": "deblurring",
    "derain": "deraining",
    "rain": "deraining",
    "dehaze": "dehazing",
    "haze": "dehazing",
    "lol": "low_light",
    "lowlight": "low_light",
    "sr": "super_resolution",
    "superres": "super_resolution",
    "enhance": "enhancement",
    "retouch": "enhancement",
}
"""Other names that people and the authors' code use."""


PLAIN_INSTRUCTIONS: dict[Task, str] = {
    Task.DENOISING: "Remove the noise from this photo",
    Task.DEBLURRING: "Remove the blur from this photo",
    Task.DERAINING: "Remove the rain from this photo",
    Task.DEHAZING: "Remove the haze from this photo",
    Task.LOW_LIGHT: "Brighten this dark photo",
    Task.SUPER_RESOLUTION: "Increase the resolution of this photo",
    Task.ENHANCEMENT: "Make the colors of this photo look professional",
}
"""One plain sentence a task, used by every benchmark so that results can be repeated."""

RESTORATION_ORDER: tuple[Task, ...] = (
    Task.DENOISING,
    Task.LOW_LIGHT,
    Task.DERAINING,
    Task.DEHAZING,
    Task.DEBLURRING,
    Task.SUPER_RESOLUTION,
    Task.ENHANCEMENT,
)
"""In which order steps run unless the user states one: noise before what would amplify it."""
