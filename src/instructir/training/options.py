"""Options of training the image network: dataclasses, read by :mod:`instructir.training.configuration`.

Defaults are the paper's (section 4.1) unless the attribute says otherwise.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from instructir.data.mixture import DataOptions

_BRIEF_MINUTES, _BRIEF_STEPS = 30, 1000
"""Less than this does not win back the minutes for which ``torch.compile`` compiles on a CPU."""


@dataclass
class ModelOptions:
    """The networks.

    Attributes:
        width: channels of the first stage.
        encoder_blocks: NAFBlocks of each encoder stage.
        middle_blocks: NAFBlocks of the bottleneck.
        decoder_blocks: NAFBlocks of each decoder stage, deepest first.
        text_dim: size of the text embedding; 0 trains the text-free network.
        initial: model file or name to start from, empty for random weights.
        freeze_text: train the image network alone and leave the text head as `initial` has it (not in the
            paper).
        delta: task whose delta to `initial` is trained (not in the paper): the image network begins as
            `initial` is for that task, the text head is frozen, and `initial` is saved with the new delta.
    """

    width: int = 32
    encoder_blocks: list[int] = field(default_factory=lambda: [2, 2, 4, 8])
    middle_blocks: int = 4
    decoder_blocks: list[int] = field(default_factory=lambda: [2, 2, 2, 2])
    text_dim: int = 256
    initial: str = ""
    freeze_text: bool = False
    delta: str = ""


@dataclass
class TextOptions:
    """Instructions.

    Attributes:
        encoder: frozen sentence encoder.
        levels: language levels of the corpus to train on.
        limit: sentences of the corpus a task, 0 for all of them.
        noise: standard deviation of the noise on sentence vectors' coordinates (not in the paper), which
            keeps the head from learning a small corpus by heart.
    """

    encoder: str = "all-MiniLM-L6-v2"
    levels: list[str] = field(default_factory=lambda: ["precise"])
    limit: int = 0
    noise: float = 0.0


@dataclass
class Phase:
    """A stretch of training with one crop size.

    Attributes:
        until: fraction of all steps at which it ends, in (0, 1].
        size: crop size in pixels.
        batch: crops a step, over all processes.
    """

    until: float = 1.0
    size: int = 256
    batch: int = 32


@dataclass
class OptimiserOptions:
    """The optimiser, with cosine annealing.

    Attributes:
        kind: ``adamw`` (the paper's), or ``muon`` for the matrices among the weights and AdamW for the rest.
        lr: highest learning rate.
        lr_end: learning rate at the last step.
        betas: AdamW's.
        weight_decay: AdamW's.
        warmup: steps of linear warm-up (not in the paper).
        clip: largest norm of the gradient (not in the paper); 0 for no clipping.
        ema: decay of the averaged weights that are saved (not in the paper); 0 for none.
        loss: ``l1`` (the paper's), or ``psnr``, which weighs tasks by decibels.
        task_weights: weights of tasks in the loss, by name, one where not named (not in the paper). The
            gradients of faults that shift a whole picture (darkness, haze, colour) add up over its pixels
            and drown those of faults of detail, unless they weigh less.
        grid_weight: weight of the part of the error that repeats every 16 pixels (not in the paper): what the
            strided stages weave into flat areas, see :func:`instructir.training.network.woven`.
        intent_weight: weight of the intent's cross-entropy beside it.
    """

    kind: Literal["adamw", "muon"] = "adamw"
    lr: float = 5e-4
    lr_end: float = 1e-6
    betas: list[float] = field(default_factory=lambda: [0.9, 0.9])
    weight_decay: float = 1e-4
    warmup: int = 0
    clip: float = 1.0
    ema: float = 0.999
    loss: Literal["l1", "psnr"] = "l1"
    task_weights: dict[str, float] = field(default_factory=dict)
    grid_weight: float = 0.0
    intent_weight: float = 1.0


@dataclass
class ValidationOptions:
    """Crops that are restored by the averaged model now and then, of pictures kept from training.

    Attributes:
        every: steps between validations; 0 for none.
        size: of the crops, in pixels.
        crops: for each entry of the mixture.
    """

    every: int = 1000
    size: int = 128
    crops: int = 4


@dataclass
class TrainOptions:
    """One training run.

    Attributes:
        name: of the model.
        out: folder of the run; checkpoints, log and final model go there.
        steps: optimiser steps.
        minutes: of training after which the run ends, its schedules drawn together accordingly; 0 for all
            steps, however long they take. What such a run learns depends on how fast the machine is.
        seed: of weights, data and degradations.
        precision: of the forward and backward pass; ``auto`` is bf16 where the hardware multiplies it faster
            than float32; on a CPU without a C++ compiler, not in brief runs.
        native: compute the image network's blocks by a kernel in C++ on a CPU. In bf16 it rounds the factors
            of products and the maps that gradients are made of; the rest is float32.
        compile: use ``torch.compile`` where that kernel does not compute, but for brief runs on a CPU.
        channels_last: memory layout of the image network.
        resident: keep the pictures on the device, make the batches there and run each step as one graph: for
            a GPU, which waits for Python otherwise. The pictures of all sources, at nine to thirteen scales,
            must fit in its memory (about 10 MB each for 512x512 pixels).
        log_every: steps between lines of the log.
        save_every: steps between checkpoints.
        threads: CPU threads, 0 for PyTorch's choice.
        tensorboard: write losses and pictures for TensorBoard too.
        stages: runs that follow each other, by name, each from the model of the one before and in a folder of
            its own below `out`. A stage states what it changes of the options above; these then describe no
            run of their own.
    """

    name: str = "instructir"
    out: str = "runs/instructir"
    steps: int = 100_000
    minutes: float = 0.0
    seed: int = 0
    precision: Literal["fp32", "bf16", "fp16", "auto"] = "auto"
    native: bool = True
    compile: bool = True
    channels_last: bool = True
    resident: bool = False
    log_every: int = 100
    save_every: int = 1000
    threads: int = 0
    tensorboard: bool = True
    model: ModelOptions = field(default_factory=ModelOptions)
    text: TextOptions = field(default_factory=TextOptions)
    data: DataOptions = field(default_factory=DataOptions)
    phases: list[Phase] = field(default_factory=lambda: [Phase()])
    optimiser: OptimiserOptions = field(default_factory=OptimiserOptions)
    validation: ValidationOptions = field(default_factory=ValidationOptions)
    stages: dict[str, "TrainOptions"] = field(default_factory=dict)

    def runs(self) -> list["TrainOptions"]:
        """The options of each run: the stages, or these where there are none."""
        return list(self.stages.values()) or [self]

    @property
    def brief(self) -> bool:
        """Whether the run is over before ``torch.compile`` on a CPU would be worth its minutes."""
        return 0 < self.minutes < _BRIEF_MINUTES or self.steps < _BRIEF_STEPS

    @property
    def model_file(self) -> Path:
        """Where the averaged model is written."""
        return Path(self.out) / f"{self.name}.safetensors"
