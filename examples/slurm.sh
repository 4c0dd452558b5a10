#!/usr/bin/env bash
#
# A sweep as an array of SLURM jobs, in a folder that all machines share:
#
#   array=$(sbatch --parsable slurm.sh)
#   sbatch --dependency=afterany:"$array" --wrap 'rollcast merge parts --out results/fleet-compare'
#
# A job that SLURM starts anew goes on where it was cut off. If runs are missing at the end, the
# second command names them, and says how to run only those.
#
#SBATCH --job-name=rollcast
#SBATCH --array=1-8
#SBATCH --cpus-per-task=2
#SBATCH --mem=1G
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --output=rollcast-%a.log

set -euo pipefail

# `auto` takes the number of this part, and how many there are, from SLURM's variables.
exec rollcast compare fleet.yaml --shard auto --jobs "${SLURM_CPUS_PER_TASK:-1}" --resume --out parts
