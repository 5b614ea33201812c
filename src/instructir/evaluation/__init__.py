"""Measuring: named protocols, metrics, benchmark suites, baselines, tables and the picture report.

The way through: a :class:`~instructir.evaluation.suites.Suite` names the sets,
:func:`~instructir.evaluation.runner.evaluate.evaluate` measures methods on them under a
:class:`~instructir.evaluation.protocols.Protocol`, and the
:class:`~instructir.evaluation.results.Results` become tables, a report, or a comparison.
"""
