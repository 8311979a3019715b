#!/usr/bin/env bash
# apache-airflow 3.3.2: {{ ds }} passes dag.test() and every scheduled run, and fails the task of a run without a logical date.
#
# `ds`, the day that a run stands for, is the oldest idiom of Airflow, and "stamp the file with {{ ds }}" its first lesson. Since 3.0 a run
# that an asset triggers, or a person by the API without a date, has no logical date, and then `ds` is not empty but undefined: the task
# ends with jinja2's UndefinedError, on the day somebody presses the button. dag.test() does not show it, as it makes up a logical date
# (now); and it does not raise where a run fails, so a test has to ask for the state. Key on run_id or dag_run.run_after, and test with
# dag.test(logical_date=None).
# Seen: dag.test(): success; dag.test(logical_date=None): failed, and nothing raised; with {{ run_id }}: success both times.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apache-airflow==3.3.2 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
export AIRFLOW_HOME="$work/airflow" AIRFLOW__CORE__DAGS_FOLDER="$work/dags" AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
mkdir "$work/dags"
cat >"$work/dags/stamped.py" <<'PYTHON'
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

with DAG("by_day", schedule="@daily") as by_day:
    BashOperator(task_id="write", bash_command="echo report-{{ ds }}.csv")
with DAG("by_run", schedule="@daily") as by_run:
    BashOperator(task_id="write", bash_command="echo report-{{ run_id }}.csv")
PYTHON
cat >"$work/try.py" <<'PYTHON'
import sys
from importlib.metadata import version
from airflow.utils.db import initdb

initdb()
sys.path.insert(0, sys.argv[1])
from stamped import by_day, by_run

found = {
    dag.dag_id: [str(dag.test(**given).state) for given in ({}, {"logical_date": None})] for dag in (by_day, by_run)
}
say = sys.stdout.write
say(f"FOUND Airflow {version('apache-airflow')}\n")
for name, (dated, undated) in found.items():
    say(f"FOUND {name}: dag.test() {dated}, dag.test(logical_date=None) {undated}\n")
right = found == {"by_day": ["success", "failed"], "by_run": ["success", "success"]}
say("FOUND as described above\n" if right else "FOUND not as described above\n")
sys.exit(not right)
PYTHON
"$work/venv/bin/python" "$work/try.py" "$work/dags" >"$work/log" 2>&1 && code=0 || code=$?
sed -n 's/^FOUND //p' "$work/log"
if [ "$code" = 0 ]; then grep -m 1 -o "UndefinedError: .*" "$work/log" || code=1; else tail -5 "$work/log"; fi
exit "$code"
