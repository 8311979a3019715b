#!/usr/bin/env bash
# apache-airflow 3.3.2 (providers-standard 1.21): the result of a BashOperator is the last line of stdout and stderr together.
#
# Its documentation: "the last line written to stdout will also be pushed to an XCom". A program that prints its result on stdout and logs
# on stderr, as programs do, works for months; the day it logs one line after its result, be it a deprecation warning at exit, that line is
# the result, and the next task gets it. Nothing fails here, unless output_processor happens to refuse the line. Hold stdout back and print
# it last: `out=$(program); code=$?; printf '%s\n' "$out"; exit $code`.
# Seen: {"rows": 3} on stdout, then "cache written" on stderr: the XCom is "cache written"; with stdout held back it is {"rows": 3}.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check apache-airflow==3.3.2 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
export AIRFLOW_HOME="$work/airflow" AIRFLOW__CORE__DAGS_FOLDER="$work/dags" AIRFLOW__CORE__LOAD_EXAMPLES=False
export AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False
mkdir "$work/dags"
cat >"$work/dags/result.py" <<'PYTHON'
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PROGRAM = """echo '{"rows": 3}'; sleep 0.1; echo 'cache written' >&2"""
with DAG("result", schedule=None) as dag:
    BashOperator(task_id="plain", bash_command=PROGRAM)
    BashOperator(task_id="held", bash_command=f"""out=$({PROGRAM}); code=$?; printf '%s\\n' "$out"; exit $code""")
PYTHON
cat >"$work/try.py" <<'PYTHON'
import json
import sys
from importlib.metadata import version
from airflow.utils.db import initdb

initdb()
sys.path.insert(0, sys.argv[1])
from result import dag

run = dag.test()
found = {each.task_id: each.xcom_pull(task_ids=each.task_id) for each in run.get_task_instances()}
# outside a task a text that is JSON is pulled as what it holds
found = {name: each if isinstance(each, str) else json.dumps(each) for name, each in found.items()}
say = sys.stdout.write
say(f"FOUND Airflow {version('apache-airflow')}, providers-standard {version('apache-airflow-providers-standard')}\n")
say(f"FOUND the run: {run.state}; XCom, as it is: {found['plain']}; with stdout held back: {found['held']}\n")
right = str(run.state) == "success" and found == {"plain": "cache written", "held": '{"rows": 3}'}
say("FOUND as described above\n" if right else "FOUND not as described above\n")
sys.exit(not right)
PYTHON
"$work/venv/bin/python" "$work/try.py" "$work/dags" >"$work/log" 2>&1 && code=0 || code=$?
sed -n 's/^FOUND //p' "$work/log"
[ "$code" = 0 ] || tail -5 "$work/log"
exit "$code"
