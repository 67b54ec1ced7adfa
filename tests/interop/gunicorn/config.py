# gunicorn looks once a second which connections have idled for long enough: after 3.4 to 4.5 s.
def post_worker_init(worker):
    worker.cfg.settings["keepalive"].value = 3.4
