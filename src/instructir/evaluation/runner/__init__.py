"""Measures methods on suites; the way in is :func:`instructir.evaluation.runner.session.run_evaluation`."""
