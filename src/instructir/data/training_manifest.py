"""The sets that the paper trains on (section 4.1): their sizes, layouts, licences, where to get them."""

from instructir.data.benchmarks import NUMBER, SCENE, Benchmark, FolderLayout, Side
from instructir.data.benchmarks_manifest import BENCHMARKS, SIMPLE_PAIRS
from instructir.errors import ConfigError
from instructir.tasks import Task

_SCENE_FRAME = r"([^/]+)/(?:blur|sharp)/([^/]+)\.[^./]+$"


def _trained_on(
    name: str,
    task: Task,
    count: int,
    folders: str,
    layouts: tuple[FolderLayout, ...],
    source: str,
    licence: str,
) -> Benchmark:
    return Benchmark(
        name, name, task, count, tuple(folders.split()), layouts, source, licence=licence, use="train"
    )


TRAINING_SETS: dict[str, Benchmark] = {
    known.name: known
    for known in (
        _trained_on(
            "BSD400",
            Task.DENOISING,
            400,
            "BSD400 BSDS500 BSR/BSDS500 train/BSD400",
            # BSDS500's own train and test folders; its val folder holds CBSD68.
            (FolderLayout(Side("*")), FolderLayout(Side("data/images/t*/*"))),
            "get BSDS500 from https://www2.eecs.berkeley.edu/Research/Projects/CS/vision/grouping/resources.html",
            "non-commercial research",
        ),
        _trained_on(
            "WED",
            Task.DENOISING,
            4744,
            "WED WaterlooED Waterloo exploration_database_and_code train/WED",
            (FolderLayout(Side("*")), FolderLayout(Side("pristine_images/*"))),
            "get the pristine pictures from https://ece.uwaterloo.ca/~k29ma/exploration",
            "research",
        ),
        _trained_on(
            "GoPro-train",
            Task.DEBLURRING,
            2103,
            "GOPRO_Large/train GoPro/train train/GoPro GoPro-train",
            (
                SIMPLE_PAIRS,
                FolderLayout(Side("*/sharp/*", _SCENE_FRAME), Side("*/blur/*", _SCENE_FRAME), names="key"),
            ),
            "get GOPRO_Large from https://seungjunnah.github.io/Datasets/gopro",
            "CC BY 4.0",
        ),
        _trained_on(
            "Rain100L-train",
            Task.DERAINING,
            200,
            "rain_data_train_Light Rain100L/train train/Rain100L Rain100L-train",
            (
                FolderLayout(Side("norain/norain-*", NUMBER), Side("rain/X2/norain-*", r"(\d+)x2\.[^./]+$")),
                FolderLayout(Side("norain/norain-*", NUMBER), Side("rain/norain-*", r"(\d+)x2\.[^./]+$")),
                FolderLayout(Side("norain-*", NUMBER), Side("rain-*", NUMBER)),
                FolderLayout(Side("target/*", NUMBER), Side("input/*", NUMBER)),
            ),
            "get the light training set from https://www.icst.pku.edu.cn/struct/Projects/joint_rain_removal.html",
            "not stated; for research",
        ),
        _trained_on(
            "RESIDE-OTS",
            Task.DEHAZING,
            72135,
            "RESIDE/OTS OTS OTS_BETA RESIDE-OTS train/OTS",
            (
                FolderLayout(Side("clear/*", SCENE), Side("hazy/part*/*", SCENE)),
                FolderLayout(Side("clear/*", SCENE), Side("hazy/*", SCENE)),
                FolderLayout(Side("clear/*", SCENE), Side("part*/*", SCENE)),
                FolderLayout(Side("target/*", SCENE), Side("input/*", SCENE)),
            ),
            "get OTS from https://sites.google.com/view/reside-dehaze-datasets (the paper takes 2,000 of it)",
            "research",
        ),
        _trained_on(
            "LOL-train",
            Task.LOW_LIGHT,
            485,
            "LOL/our485 LOLdataset/our485 lol_dataset/our485 LOLv1/our485 our485",
            (FolderLayout(Side("high/*"), Side("low/*")), SIMPLE_PAIRS),
            "get our485/ of LOL v1 from https://daooshee.github.io/BMVC2018website",
            "not stated; for research",
        ),
        _trained_on(
            "DIV2K",
            Task.SUPER_RESOLUTION,
            800,
            "DIV2K DIV2K/DIV2K_train_HR DIV2K_train_HR train/DIV2K",
            (FolderLayout(Side("DIV2K_train_HR/*")), FolderLayout(Side("*"))),
            "get DIV2K_train_HR from https://data.vision.ee.ethz.ch/cvl/DIV2K",
            "academic research",
        ),
        Benchmark(
            "FiveK-train",
            "FiveK-train",
            Task.ENHANCEMENT,
            1000,
            BENCHMARKS["FiveK"].folders,
            BENCHMARKS["FiveK"].layouts,
            "render input and expert C of https://data.csail.mit.edu/graphics/fivek as input/ and expertC/, "
            "and list the stems to train on in train.txt",
            split="train.txt",
            licence=BENCHMARKS["FiveK"].licence,
            use="train",
        ),
    )
}
"""The training sets by name, in the order of their tasks."""

SETS: dict[str, Benchmark] = {**TRAINING_SETS, **BENCHMARKS}
"""Every known set by name: those to train on, then those to measure on."""


def known_set(name: str) -> Benchmark:
    """The set called `name`, in any case, to train or to measure on.

    Raises:
        ConfigError: if there is none.
    """
    for known, entry in SETS.items():
        if known.lower() == name.lower():
            return entry
    raise ConfigError(f"unknown set {name!r}: use one of {', '.join(SETS)}")
