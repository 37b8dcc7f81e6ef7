"""Jobs that count themselves and do nothing else, for Celery. `python celery_jobs.py N` queues N of them."""

import os
import sys

import redis
from celery import Celery

URL = os.environ["BENCH_REDIS_URL"]
app = Celery("celery_jobs", broker=URL)
app.conf.task_ignore_result = True
app.conf.broker_connection_retry_on_startup = True
counter = redis.Redis.from_url(URL)


@app.task(name="celery_jobs.job")
def job(number):
    counter.incr("done")


if __name__ == "__main__":
    with app.producer_pool.acquire() as producer:
        for number in range(int(sys.argv[1])):
            job.apply_async((number,), producer=producer)
