"""The Restorer: a picture and a sentence in, a restored picture out."""

import copy
import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath

import torch
from torch import Tensor

from instructir.environment import find_device
from instructir.errors import ConfigError, InstructIRError
from instructir.images import Photo
from instructir.inference.execution import Execution, Outcome
from instructir.inference.tile_choice import checked_tile
from instructir.instructions.plan import Plan
from instructir.models.checkpoint import Model
from instructir.models.pretrained import resolve
from instructir.restoration.conditioning import Conditioning
from instructir.restoration.enlarging import pixels_of
from instructir.restoration.expert_table import OFF, experts_of
from instructir.restoration.experts import Expert, Experts
from instructir.restoration.inputs import ImageLike, refuse_single, to_photo, with_wish
from instructir.restoration.magnified_noise import said_of_noise
from instructir.restoration.masking import soft_mask
from instructir.restoration.passes import Execute, Pass, Stages
from instructir.restoration.planning import (
    fit_plan,
    plan_for,
    refuse_impossible,
    tasks_of,
    with_settings,
)
from instructir.restoration.pool import Pool, use_one_thread_in_forks
from instructir.restoration.progress import Progress, following
from instructir.restoration.result import Failure, Restoration
from instructir.restoration.running import run_passes
from instructir.settings import Settings
from instructir.tasks import Task


class Restorer:
    """A loaded model, ready for any number of pictures; threads may share it."""

    def __init__(
        self,
        model: Model,
        settings: Settings = Settings(),
        *,
        pictures: int = 1,
    ) -> None:
        """Put `model` on its device.

        Args:
            model: the weights; the settings' own model is not looked at.
            settings: how pictures are restored unless a call says otherwise, and where and by what it is
                computed, about which no call can say otherwise.
            pictures: how many there will be, as far as is known; ``runtime`` auto goes by it.

        Raises:
            ConfigError: if the device is unknown or not there, or cannot do what is chosen.
        """
        self.model = model
        self.name = model.name
        self.settings = settings
        use_one_thread_in_forks()
        self.device = find_device(settings.device)
        self._execution = Execution(
            model.image,
            self.device,
            settings.precision,
            settings.runtime,
            settings.tile,
            pictures=pictures,
            deltas=model.deltas,
        )
        self._experts = Experts(
            experts_of(settings.experts), self.device, checked_tile(settings.tile), self._as_expert
        )
        self.conditioning = Conditioning(model)

    @classmethod
    def load(cls, settings: Settings, pictures: int = 1) -> "Restorer":
        """The restorer that `settings` describe, for about so many pictures."""
        return cls(resolve(settings.model), settings, pictures=pictures)

    @property
    def runtime(self) -> str:
        """What computes the network: native, torch, compiled, onnx or openvino."""
        return self._execution.runtime

    @property
    def dtype(self) -> torch.dtype:
        """The precision that the network runs in."""
        return self._execution.dtype

    def replica(self) -> "Restorer":
        """A restorer of the same weights that runs beside this one, instead of in turn with it."""
        other = copy.copy(self)
        other._execution = self._execution.replica()
        return other

    def with_experts(self, models: Mapping[Task, str]) -> "Restorer":
        """A restorer of the same weights, with other experts.

        Args:
            models: that compute single tasks instead, by task: names, files, folders or addresses on the hub
                (see :func:`instructir.restoration.experts.load_expert`).
        """
        other = copy.copy(self)
        other._experts = self._experts.choosing(models)
        return other

    @property
    def experts(self) -> Mapping[Task, str]:
        """What computes single tasks instead, by task, as it was named."""
        return self._experts.models

    def load_experts(self) -> None:
        """Load all experts now, not when they are needed first.

        Raises:
            CheckpointError: if one is missing, damaged or of a kind that does not restore.
            ConfigError: if one needs a package that is not installed.
        """
        for task in self.experts:
            self._experts.of(task)

    def plan(self, instruction: str | None = None, image: ImageLike | None = None) -> Plan:
        """What will be done to a picture.

        Args:
            instruction: what is wrong, or what to do; None lets the picture decide.
            image: the picture, looked at only where the instruction names no fault.

        Raises:
            InstructionError: if the instruction is empty or too long.
            EncoderError: if the sentence encoder is needed and cannot be loaded.
            ImageFileError: if the picture is needed and cannot be read.
        """
        return plan_for(self.tasks, instruction, image)

    @property
    def tasks(self) -> tuple[Task, ...] | None:
        """What the model can be asked for; None where it takes no instruction."""
        return tasks_of(self.model)

    def restore(
        self,
        image: ImageLike,
        instruction: str | None = None,
        *,
        strength: float | None = None,
        plan: Plan | None = None,
        settings: Settings | None = None,
        mask: ImageLike | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Restoration:
        """Restore a picture, the plan's steps one after the other.

        Args:
            image: a file, its bytes, a Pillow image, or an array (see
                :func:`instructir.restoration.inputs.to_photo`).
            instruction: what is wrong with it, or what to do; None lets the picture decide.
            strength: fraction of the restoration that is applied, 0 (none) to 1, instead of the settings';
                scales every step.
            plan: what to do, where it was planned before; the instruction is not read then.
            settings: of this picture, by default those of the restorer. What loading goes by (model, device,
                precision, runtime, tile and experts) is always the restorer's; theirs are not looked at.
            mask: a picture of the same size: white is restored, black stays to the bit (see
                :func:`instructir.restoration.masking.soft_mask`); instead of the settings'.
            progress: called again and again with how far it is; what it raises breaks the restoration off.

        Raises:
            ImageFileError: if the picture or the mask cannot be read, or the mask has another size.
            InstructionError: if the instruction is empty.
            OutOfScopeError: if it asks for what this model cannot do.
            ConfigError: if the strength is out of range, or the plan or the settings are of another type.
        """
        settings = self.chosen(settings, strength)
        photo = to_photo(image)
        region = settings.mask if mask is None else mask
        kept = None if region is None else soft_mask(region, photo)
        plan = self.plan(instruction, photo) if plan is None else fit_plan(self.tasks, plan, photo)
        refuse_impossible(plan, instruction, self.model)
        plan = with_settings(plan, settings, self.tasks, photo)
        if kept is not None:
            plan = dataclasses.replace(plan, region="")
        refuse_impossible(plan, instruction, self.model)
        start = time.perf_counter()
        passes = self.passes(plan, instruction, settings.scale)
        with following(progress, photo, passes, settings.ensemble) as begin:
            (stages,) = run_passes(
                self.execute(settings.ensemble), [photo], [passes], [settings], [kept], begin
            )
        return self.result(photo, plan, stages, time.perf_counter() - start, settings)

    def result(
        self, photo: Photo, plan: Plan, stages: Stages, seconds: float, settings: Settings
    ) -> Restoration:
        """The restoration that `stages` of `photo` are."""
        last = stages.photos[-1] if stages.photos else photo
        experts = self.experts_for(plan)
        said = [f"{task.value.replace('_', ' ')}: computed by {name}" for task, name in experts.items()]
        notes = (*photo.notes, *said_of_noise(plan), *said, *stages.notes)
        return Restoration(last, photo, plan, self.name, seconds, notes, stages.photos, settings, experts)

    def experts_for(self, plan: Plan) -> dict[Task, str]:
        """Names of the experts that compute steps of a plan, by task.

        Raises:
            CheckpointError: if one is missing, damaged or of a kind that does not restore.
            ConfigError: if one needs a package that is not installed.
        """
        asked = dict.fromkeys(step.task for step in plan.steps if step.adjustment is None)
        found = {task: self._experts.of(task) for task in asked}
        return {task: expert.name for task, expert in found.items() if expert is not None}

    def restore_many(
        self,
        images: Iterable[ImageLike | tuple[ImageLike, str | None]],
        instruction: str | None = None,
        *,
        strength: float | None = None,
        plan: Plan | None = None,
        settings: Settings | None = None,
    ) -> Iterator[Restoration | Failure]:
        """Restore a stream of pictures, several at a time.

        A picture that cannot be restored yields a :class:`~instructir.restoration.result.Failure` and stops
        nothing. Memory does not grow with the number of pictures: they are read while their pixels fit, at
        most a few more than are computed.

        Args:
            images: an iterable of what :meth:`restore` takes, each alone or as (picture, instruction); also
                an array (N, H, W, C).
            instruction: for pictures that come without their own.
            strength: fraction of each restoration that is applied, from 0 to 1, instead of the settings'.
            plan: what to do with all of them; no instruction is read then.
            settings: of these pictures, by default those of the restorer; as for :meth:`restore`.

        Yields:
            A result a picture, in their order.

        Raises:
            ImageFileError: if `images` is one picture.
            InstructionError: if `instruction` is empty.
            OutOfScopeError: if it asks for what this model cannot do.
            ConfigError: if the strength is out of range, or the plan or the settings are of another type.
        """
        refuse_single(images)
        settings = self.chosen(settings, strength)
        if plan is None and instruction is not None:
            # Before any picture; it also loads the encoder once.
            refuse_impossible(self.plan(instruction), instruction, self.model)
        pool = Pool(self)

        def one(job: tuple[int, ImageLike | tuple[ImageLike, str | None]]) -> Restoration | Failure:
            number, entry = job
            image = entry
            try:
                image, wish = with_wish(entry, instruction)
                with pool.lease() as (restorer, admit):
                    photo = to_photo(image)
                    admit(pixels_of(photo, settings))
                    return restorer.restore(photo, wish, plan=plan, settings=settings)
            except InstructIRError as error:
                name = fspath(image) if isinstance(image, str | PathLike) else f"picture {number}"
                return Failure(name, str(error))

        return pool.map(one, enumerate(images), ordered=True)

    def chosen(self, settings: Settings | None = None, strength: float | None = None) -> Settings:
        """Those settings, or else the restorer's own, with that strength, if it is given.

        Raises:
            ConfigError: if the strength is out of range, or the settings are of another type.
        """
        settings = self.settings if settings is None else settings
        if not isinstance(settings, Settings):
            raise ConfigError(
                f"settings is a {type(settings).__name__}: give Settings of instructir.settings"
            )
        return settings if strength is None else dataclasses.replace(settings, strength=strength)

    def passes(self, plan: Plan, instruction: str | None, scale: str | None = None) -> list[Pass]:
        """What a plan asks the network for; `scale` is how far a model without text enlarges."""
        return self.conditioning.passes(plan, instruction, scale, self._experts.knows)

    def predict(self, images: Tensor, instruction: str, *, ensemble: int = 1) -> Tensor:
        """Run the network once, nothing else: no steps, and no second look.

        A routed model has the weights of the one task that the planner reads in the words. Where the
        planner's encoder is not installed, it has those of the task that its text head is sure of.

        Args:
            images: (B, 3, H, W) float32 in [0, 1], any size.
            instruction: applied to all of them.
            ensemble: runs to average; 0 for as many as a restoration takes.

        Returns:
            (B, 3, H, W) float32 on the CPU, not clamped.

        Raises:
            InstructIRError: if the memory does not suffice.
        """
        return self.execute(ensemble)(images, [instruction], [None]).restored

    def execute(self, ensemble: int = 1) -> Execute:
        """What runs the network, or a task's expert, on pictures with words and a task each.

        Words and task may be one for all pictures, where there is no task.
        """

        def own(images: Tensor, words: Sequence[str], tasks: Sequence[Task | None]) -> Outcome:
            if self.model.text is None:
                return self._execution.run(images, ensemble=ensemble)
            embeddings, routes = self.conditioning.embeddings(words), self.conditioning.routes(words, tasks)
            return self._execution.run(images, embeddings, routes, ensemble=ensemble)

        return self._experts.beside(own, ensemble)

    def _as_expert(self, model: Model) -> Expert:
        """An expert that runs as this restorer does, with words that its own text head understands."""
        restorer = Restorer(model, dataclasses.replace(self.settings, model=model.name, experts=OFF))

        def execute(ensemble: int) -> Execute:
            run = restorer.execute(ensemble)
            if model.text is None:
                return run
            fitting = restorer.conditioning.fitting
            return lambda images, words, tasks: run(images, list(map(fitting, words, tasks)), tasks)

        return Expert(model.name, execute)
