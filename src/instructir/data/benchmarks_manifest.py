"""The benchmark sets that suites name: their tasks, sizes, layouts, and where to get them."""

from instructir.data.benchmarks import NUMBER, SCENE, Benchmark, FolderLayout, Side
from instructir.errors import ConfigError
from instructir.tasks import Task

SIMPLE_PAIRS = FolderLayout(Side("target/*"), Side("input/*"))
"""``input/`` and ``target/``, paired by file stem: the layout of most repackaged sets and of ours."""

_CLEAN = (
    FolderLayout(Side("*")),
    FolderLayout(Side("original_png/*")),
    FolderLayout(Side("HR/*")),
    FolderLayout(Side("image_SRF_4/*_HR.*", r"(img_\d+)"), names="key"),
)
_RAIN = (
    FolderLayout(Side("target/*", NUMBER), Side("input/*", NUMBER)),
    FolderLayout(Side("norain-*", NUMBER), Side("rain-*", NUMBER)),
    FolderLayout(Side("norain-*", NUMBER), Side("rainy/rain-*", NUMBER)),
    FolderLayout(Side("norain/norain-*", NUMBER), Side("rain/X2/norain-*", r"(\d+)x2\.[^./]+$")),
)
_HAZE = (
    FolderLayout(Side("gt/*", SCENE), Side("hazy/*", SCENE)),
    FolderLayout(Side("clear/*", SCENE), Side("hazy/*", SCENE)),
    FolderLayout(Side("GT/*", SCENE), Side("IN/*", SCENE)),
    FolderLayout(Side("target/*", SCENE), Side("input/*", SCENE)),
)
_UPSCALED = (
    SIMPLE_PAIRS,
    FolderLayout(Side("GTmod12/*"), Side("LRbicx4/*")),
    FolderLayout(Side("HR/*"), Side("LR_bicubic/X4/*", r"([^/]+?)x4\.[^./]+$")),
    FolderLayout(
        Side("image_SRF_4/*_HR.*", r"(img_\d+)"), Side("image_SRF_4/*_LR.*", r"(img_\d+)"), names="key"
    ),
)
KEPT_POLYU = (
    "Canon5D2_5_160_6400_bicycle",
    "Canon80D_8_8_12800_printer",
    "NikonD800_5-6_160_6400_wall",
    "Sony_4-5_125_6400_waterhouse",
)
"""One scene in five, that no recipe here trains on."""
KEPT_REDS = ("test_003_",)
_KEPT_POLYU, _KEPT_REDS = (rf"((?:{'|'.join(kept)})[^/]*)\.[^./]+$" for kept in (KEPT_POLYU, KEPT_REDS))
_SCENE_FRAME = r"([^/]+)/(?:blur|sharp)/([^/]+)\.[^./]+$"

BENCHMARKS: dict[str, Benchmark] = {
    benchmark.name: benchmark
    for benchmark in (
        Benchmark(
            "CBSD68",
            "CBSD68",
            Task.DENOISING,
            68,
            ("CBSD68", "CBSD68-dataset/CBSD68", "denoising_testsets/CBSD68", "denoise/bsd68"),
            _CLEAN,
            "get original_png/ from https://github.com/clausmichele/CBSD68-dataset",
            licence="non-commercial research",
        ),
        Benchmark(
            "Urban100",
            "Urban100",
            Task.DENOISING,
            100,
            ("Urban100", "denoising_testsets/urban100", "denoise/urban100"),
            _CLEAN,
            "get image_SRF_4/ from https://github.com/jbhuang0604/SelfExSR",
            licence="not stated; photos from Flickr",
        ),
        Benchmark(
            "Kodak24",
            "Kodak24",
            Task.DENOISING,
            24,
            ("Kodak24", "kodak", "denoising_testsets/Kodak24"),
            _CLEAN,
            "get kodim01.png to kodim24.png from https://r0k.us/graphics/kodak",
            licence="free to use",
        ),
        Benchmark(
            "PolyU-kept",
            "PolyU, kept scenes",
            Task.DENOISING,
            12,
            ("noise-polyu", "PolyU"),
            (FolderLayout(Side("target/*", _KEPT_POLYU), Side("input/*", _KEPT_POLYU)),),
            "put https://github.com/csjunxu/PolyU-Real-World-Noisy-Images-Dataset in input/ and target/",
            licence="not stated",
        ),
        Benchmark(
            "REDS-kept",
            "REDS, kept scene",
            Task.DEBLURRING,
            10,
            ("blur-reds", "REDS"),
            (FolderLayout(Side("target/*", _KEPT_REDS), Side("input/*", _KEPT_REDS)),),
            "put scene test_003 of https://seungjunnah.github.io/Datasets/reds in input/ and target/",
            licence="CC BY 4.0",
        ),
        Benchmark(
            "GoPro",
            "GoPro",
            Task.DEBLURRING,
            1111,
            ("GoPro", "GoPro/test", "GOPRO_Large/test", "gopro_test/GoPro", "test/GoPro"),
            (
                SIMPLE_PAIRS,
                FolderLayout(Side("*/sharp/*", _SCENE_FRAME), Side("*/blur/*", _SCENE_FRAME), names="key"),
            ),
            "get GOPRO_Large from https://seungjunnah.github.io/Datasets/gopro",
            licence="CC BY 4.0",
        ),
        Benchmark(
            "Rain100L",
            "Rain100L",
            Task.DERAINING,
            100,
            (
                "Rain100L",
                "rain_test/Rain100L",
                "Rain/rain_test/Rain100L",
                "rain_data_test_Light",
                "derain/Rain100L",
            ),
            _RAIN,
            "get the light test set from https://www.icst.pku.edu.cn/struct/Projects/joint_rain_removal.html",
        ),
        Benchmark(
            "Rain100H",
            "Rain100H",
            Task.DERAINING,
            100,
            (
                "Rain100H",
                "rain_test/Rain100H",
                "Rain/rain_test/Rain100H",
                "rain_data_test_Heavy",
                "derain/Rain100H",
            ),
            _RAIN,
            "get the heavy test set from https://www.icst.pku.edu.cn/struct/Projects/joint_rain_removal.html",
        ),
        Benchmark(
            "SOTS-outdoor",
            "SOTS outdoor",
            Task.DEHAZING,
            500,
            ("SOTS-outdoor", "SOTS/outdoor", "RESIDE/SOTS/outdoor", "SOTS-OUT", "dehaze/SOTS/outdoor"),
            _HAZE,
            "get SOTS from https://sites.google.com/view/reside-dehaze-datasets",
            licence="research",
        ),
        Benchmark(
            "SOTS-indoor",
            "SOTS indoor",
            Task.DEHAZING,
            500,
            (
                "SOTS-indoor",
                "SOTS/indoor",
                "RESIDE/SOTS/indoor",
                "SOTS/indoor/nyuhaze500",
                "dehaze/SOTS/indoor",
            ),
            _HAZE,
            "get SOTS from https://sites.google.com/view/reside-dehaze-datasets",
            border=10,
            licence="research",
        ),
        Benchmark(
            "LOL",
            "LOL v1",
            Task.LOW_LIGHT,
            15,
            ("LOL/eval15", "LOLdataset/eval15", "lol_dataset/eval15", "LOLv1/eval15", "eval15", "LOL"),
            (FolderLayout(Side("high/*"), Side("low/*")), SIMPLE_PAIRS),
            "get eval15/ of LOL v1 from https://daooshee.github.io/BMVC2018website",
        ),
        Benchmark(
            "SICE-low",
            "SICE low",
            Task.LOW_LIGHT,
            33,
            ("SICE-low",),
            (SIMPLE_PAIRS,),
            "pair dark exposures of https://github.com/csjcai/SICE with their labels as input/ and target/",
        ),
        Benchmark(
            "Set5-x4",
            "Set5 x4",
            Task.SUPER_RESOLUTION,
            5,
            ("Set5-x4", "Set5", "benchmark/Set5"),
            _UPSCALED,
            "get Set5 from https://github.com/jbhuang0604/SelfExSR",
            scale=4,
        ),
        Benchmark(
            "Set14-x4",
            "Set14 x4",
            Task.SUPER_RESOLUTION,
            14,
            ("Set14-x4", "Set14", "benchmark/Set14"),
            _UPSCALED,
            "get Set14 from https://github.com/jbhuang0604/SelfExSR",
            scale=4,
        ),
        Benchmark(
            "FiveK",
            "MIT5K",
            Task.ENHANCEMENT,
            498,
            ("FiveK", "MIT-Adobe-FiveK", "fivek_dataset", "MIT5K", "test-data/mit5k"),
            (
                SIMPLE_PAIRS,
                FolderLayout(Side("expertC/*"), Side("input/*")),
                FolderLayout(Side("expert_C/*"), Side("input/*")),
                FolderLayout(Side("c/*"), Side("raw/*")),
            ),
            "render input and expert C of https://data.csail.mit.edu/graphics/fivek as input/ and expertC/",
            split="test.txt",
            licence="research",
        ),
        Benchmark(
            "SICE-over",
            "SICE over",
            Task.ENHANCEMENT,
            33,
            ("SICE-over",),
            (SIMPLE_PAIRS,),
            "pair bright exposures of https://github.com/csjcai/SICE with their labels as input/ and target/",
        ),
    )
}
"""All known sets by name, in the order of their tasks."""


def get_benchmark(name: str) -> Benchmark:
    """The benchmark called `name`, in any case.

    Raises:
        ConfigError: if there is none.
    """
    for known, benchmark in BENCHMARKS.items():
        if known.lower() == name.lower():
            return benchmark
    raise ConfigError(f"unknown benchmark {name!r}: use one of {', '.join(BENCHMARKS)}")
