#!/usr/bin/env bash
#SBATCH --job-name=onnx-bench
#SBATCH --array=1-8
#SBATCH --exclusive
#SBATCH --requeue
# On the login node, once: bench plan models/*.onnx -p cpu,openvino -b 1,8 --output plan.json
# At the end: bench merge reports/*
set -euo pipefail

# A task that is started again on such a node goes on where it stopped.
bench run --plan plan.json --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" --reports reports
