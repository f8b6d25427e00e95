"""Airflow DAGs that load an export of records only when it conforms.

The gate is a Python call in one and a command in the other: take the one that suits.
"""

from __future__ import annotations

from pathlib import Path

from airflow.exceptions import AirflowFailException
from airflow.providers.standard.operators.bash import BashOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG

PARAMS = {"export": "/var/spool/hr/crew.jsonl"}
# A path reaches the shell as a variable, so that nothing in it is run.
SHELL = {"env": {"EXPORT": "{{ params.export }}"}, "append_env": True}


def judge(export: str) -> dict[str, int]:
    """Fail for good when the records do not conform; what is returned goes to XCom.

    A PaOntoError means that nothing was judged, say because the export is not there yet:
    it fails the task as well, and a retry may help.
    """
    # Airflow reads this file every few seconds: import inside the task.
    import pa_onto

    report = pa_onto.validate(
        [export],
        valid_out=Path(f"{export}.good"),
        invalid_out=Path(f"{export}.bad"),
    )
    if report.worst() == pa_onto.Severity.VIOLATION:
        raise AirflowFailException(f"{report.total} findings; see {export}.bad.")
    return {"records": report.records, "findings": report.total}


with DAG("crew_by_call", schedule=None, params=PARAMS):
    export = BashOperator(task_id="export", bash_command='hr-export > "$EXPORT"', **SHELL)
    gate = PythonOperator(
        task_id="gate", python_callable=judge, op_args=["{{ params.export }}"], retries=2
    )
    load = BashOperator(task_id="load", bash_command='hr-load "$EXPORT"', **SHELL)
    export >> gate >> load

with DAG("crew_by_command", schedule=None, params=PARAMS):
    export = BashOperator(task_id="export", bash_command='hr-export > "$EXPORT"', **SHELL)
    # Any code but 0 fails the task, 99 would skip it: pa-onto never exits 99.
    gate = BashOperator(
        task_id="gate",
        bash_command='pa-onto validate "$EXPORT" --output json="$EXPORT.report"',
        **SHELL,
    )
    load = BashOperator(task_id="load", bash_command='hr-load "$EXPORT"', **SHELL)
    export >> gate >> load
