"""`bench plan`: what several machines are to measure, as a file that each takes its part of."""

from dataclasses import replace

from bench import delivery, options
from bench.commands.groups import grouped


@grouped
def plan(
    running: options.Running,
    timing: options.Timing,
    variants: options.Variants,
    feeding: options.Feeding,
    aims: options.Aims,
    limiting: options.Limiting,
    keeping: options.Keeping,
    models: options.Models = None,
    dataset: options.DatasetName = None,
    metric: options.MetricName = None,
    compare_anyway: options.CompareAnyway = False,
) -> None:
    """Plan a measurement that several machines share; nothing is measured.

    bench plan models/*.onnx -p cpu,openvino -b 1,8 --output plan.json, then on each machine:
    bench run --plan plan.json --shard 1/8, and at the end: bench merge reports/*
    """
    from bench.engine.shards import divide
    from bench.views.plan import PlanView

    shown = delivery.kept_as(keeping.format, keeping.output)
    delivery.check(shown, keeping.output)
    asked = options.asked(
        models,
        running,
        variants,
        feeding,
        limiting,
        timing=timing,
        dataset=dataset,
        metric=metric,
        compare_anyway=compare_anyway,
    )
    asked = replace(asked, effort=aims.chosen())
    file = keeping.output if shown == "json" else None
    delivery.keep(PlanView(divide(asked).plan, file), keeping.format, keeping.output)


plugin = plan
