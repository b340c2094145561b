# One image for every role: the web server by default; workers, beat and commands name theirs.
ARG PYTHON=python:3.13-slim-bookworm

FROM ${PYTHON} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/kulis
COPY requirements/base.txt requirements/base.txt
RUN python -m venv /opt/kulis \
    && /opt/kulis/bin/pip install --require-hashes --only-binary :all: --requirement requirements/base.txt
COPY . .
# The keys are of this step alone: nothing is sealed, signed or connected to here.
RUN SECRET_KEY=build FIELD_KEYS=k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY= STATIC_MANIFEST=1 \
    DATABASE_URL=postgresql://db.example/build REDIS_URL=redis://redis.example \
    /opt/kulis/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /opt/kulis/bin/python -m compileall -q bots config conversations monitoring

FROM ${PYTHON}
ENV PATH=/opt/kulis/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN groupadd --system --gid 10001 kulis \
    && useradd --system --uid 10001 --gid kulis --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin kulis
COPY --from=build /opt/kulis /opt/kulis
COPY --from=build /srv/kulis /srv/kulis
WORKDIR /srv/kulis
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "config.web:application"]
