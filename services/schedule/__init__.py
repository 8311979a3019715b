"""Jobs: commands that run at times, by workers of this program or by pg_cron; and what became of them."""

from services.schedule.jobs import Job, JobRun, JobStatus, job_runs, list_jobs, live_workers
from services.schedule.times import Times

__all__ = ["Job", "JobRun", "JobStatus", "Times", "job_runs", "list_jobs", "live_workers"]
