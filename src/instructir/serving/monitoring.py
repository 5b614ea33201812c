"""What the server measures, for Prometheus."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from instructir.serving.engine import Engine
from instructir.serving.job_store import JobStore

SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300)


class Metrics:
    """Counters of one server, in a registry of their own."""

    def __init__(self, engine: Engine, jobs: JobStore) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "instructir_requests", "Requests answered.", ("route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "instructir_request_seconds",
            "Time to answer.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._pictures = Counter("instructir_pictures", "Pictures restored.", registry=self._registry)
        self._batches = Histogram(
            "instructir_batch_seconds", "Time for a batch.", buckets=SECONDS, registry=self._registry
        )
        self._registry.register(_State(engine, jobs))
        ProcessCollector(registry=self._registry)

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def restored(self, pictures: int, seconds: float) -> None:
        """Count a batch."""
        self._pictures.inc(pictures)
        self._batches.observe(seconds)

    def text(self) -> bytes:
        """Everything in Prometheus' text format."""
        return generate_latest(self._registry)


class _State(Collector):
    """What is read off the engine and the jobs when it is asked for."""

    def __init__(self, engine: Engine, jobs: JobStore) -> None:
        self._engine = engine
        self._jobs = jobs

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        yield GaugeMetricFamily("instructir_queue_depth", "Pictures that wait.", self._engine.depth)
        yield CounterMetricFamily(
            "instructir_worker_deaths", "Workers that were replaced.", self._engine.deaths
        )
        jobs = GaugeMetricFamily("instructir_jobs", "Jobs in each state.", labels=("state",))
        for state, count in self._jobs.counts().items():
            jobs.add_metric([state], count)
        yield jobs
